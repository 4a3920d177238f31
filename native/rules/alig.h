// ALI-G: a step along the gradient, whose size TypeScript made out of the loss; with the flag, Nesterov
// momentum.
template <class V, bool momentum>
struct Alig {
  static constexpr bool keeps[] = {momentum};
  static constexpr int coefficients = 4;
  static constexpr bool light = true;
  V stepSize, mu, rate, ahead;

  void operator()(V& p, V g, V& b) const {
    p = sub(p, mul(g, stepSize));
    if (momentum) b = sub(mul(b, mu), mul(g, rate));
    if (momentum) p = add(p, mul(b, ahead));
  }
};
