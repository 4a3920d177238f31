// Adan: averages of the gradient, of its difference from the one before, and of the square of both together.
// The bias corrections are folded into the coefficients. With the flag, the parameter is divided by 1 + lr
// weightDecay at the end.
template <class V, bool prox>
struct Adan {
  static constexpr bool keeps[] = {true, true, true, true};
  static constexpr int coefficients = 11;
  V beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, mStep, vStep, epsilon, begins, proximal;

  void operator()(V& p, V g, V& m, V& v, V& sq, V& before) const {
    const V d = sub(g, select(begins, g, before));
    const V s = add(g, mul(d, beta2));
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(d, beta2Rest));
    sq = add(mul(sq, beta3), mul(mul(s, s), beta3Rest));
    before = g;
    p = sub(p, div(add(mul(m, mStep), mul(v, vStep)), add(sqrt(sq), epsilon)));
    if (prox) p = div(p, proximal);
  }
};
