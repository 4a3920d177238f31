// AdaBound: Adam, whose rate of each element is kept between two bounds that come closer to each other; with
// the flag, by the largest second moment so far. stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the
// root as it is.
template <class V, bool amsbound>
struct Adabound {
  static constexpr bool keeps[] = {true, true, amsbound};
  static constexpr int coefficients = 8;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, low, high;

  void operator()(V& p, V g, V& m, V& v, V& vmax) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsbound) vmax = max(vmax, v);
    const V rate = div(stepSize, add(sqrt(amsbound ? vmax : v), epsilon));
    p = sub(p, mul(min(max(rate, low), high), m));
  }
};
