// Adam-mini: Adam with one second moment for each block, a row of a grid. `byRow` is then the block's step:
// lr over what Adam divides by. Where each element is a block it is Adam itself, whose bias corrections are
// folded into the coefficients.
template <class V, bool factored>
struct AdamMini {
  static constexpr bool keeps[] = {factored, true, !factored};
  static constexpr bool changes[] = {false, true, !factored};
  static constexpr int rowLetters = 1;
  static constexpr int coefficients = 6;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& byRow, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    if (!factored) v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, factored ? mul(m, byRow) : div(mul(m, stepSize), add(sqrt(v), epsilon)));
  }
};
