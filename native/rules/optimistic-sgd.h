// Optimistic gradient descent: a step along the gradient, less one along the gradient before, which is 0 at
// first.
template <class V>
struct OptimisticSgd {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 2;
  static constexpr bool light = true;
  V gStep, beforeStep;

  void operator()(V& p, V g, V& before) const {
    p = sub(p, sub(mul(g, gStep), mul(before, beforeStep)));
    before = g;
  }
};
