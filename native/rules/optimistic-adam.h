// Optimistic Adam: a step along Adam's direction, less one along the direction before, which is 0 at first.
// The bias corrections are folded into the coefficients; with Nesterov momentum the gradient has a weight of
// its own.
template <class V>
struct OptimisticAdam {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr int coefficients = 10;
  V beta1, beta1Rest, beta2, beta2Rest, mWeight, gWeight, epsilonRoot, epsilon, rStep, beforeStep;

  void operator()(V& p, V g, V& m, V& v, V& before) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V r = div(add(mul(m, mWeight), mul(g, gWeight)), add(sqrt(add(v, epsilonRoot)), epsilon));
    p = sub(p, sub(mul(r, rStep), mul(before, beforeStep)));
    before = r;
  }
};
