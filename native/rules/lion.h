// Lion: the sign of an interpolation is the step; the momentum is averaged with another beta afterwards.
template <class V>
struct Lion {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 5;
  static constexpr bool light = true;
  V lr, beta1, beta1Rest, beta2, beta2Rest;

  void operator()(V& p, V g, V& m) const {
    p = sub(p, mul(sign(add(mul(m, beta1), mul(g, beta1Rest))), lr));
    m = add(mul(m, beta2), mul(g, beta2Rest));
  }
};
