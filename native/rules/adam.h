// Adam, and AMSGrad with the flag. The bias corrections are folded into the coefficients, so that an element
// costs one division: stepSize = lr sqrt(bc2) / bc1, epsilon = eps sqrt(bc2).
template <class V, bool amsgrad>
struct Adam {
  static constexpr bool keeps[] = {true, true, amsgrad};
  static constexpr int coefficients = 6;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v, V& vmax) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));
  }
};
