// diffGrad: Adam, whose step is smaller where the gradient hardly changes, by the logistic function of how
// much it does. stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the root as it is. Both divisors are in
// one.
template <class V>
struct Diffgrad {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr int coefficients = 7;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, one;

  void operator()(V& p, V g, V& m, V& v, V& before) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V friction = add(exponential(neg(abs(sub(before, g)))), one);
    before = g;
    p = sub(p, div(mul(m, stepSize), mul(add(sqrt(v), epsilon), friction)));
  }
};
