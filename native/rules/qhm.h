// Quasi-hyperbolic momentum: a step along both the gradient and its average. The learning rate is in both
// weights.
template <class V>
struct Qhm {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 4;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V mu, muRest, gStep, bStep;

  void operator()(V& p, V g, V& b) const {
    b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, add(mul(g, gStep), mul(b, bStep)));
  }
};
