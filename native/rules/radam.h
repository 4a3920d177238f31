// RAdam: while the variance of the second moment cannot be told (rectified = 0), a step of momentum alone.
template <class V>
struct Radam {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 8;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon, rectified, one;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(mul(m, stepSize), select(rectified, add(sqrt(v), epsilon), one)));
  }
};
