// TensorFlow.js' Adamax: epsilon is added to the norm at the division, and the norm keeps a NaN.
// stepSize = lr / bc1.
template <class V>
struct TfjsAdamax {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 5;
  V beta1, beta1Rest, beta2, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& u) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const V d = mul(u, beta2);
    u = select(d, max(d, abs(g)), add(d, abs(g)));
    p = sub(p, mul(div(m, add(u, epsilon)), stepSize));
  }
};
