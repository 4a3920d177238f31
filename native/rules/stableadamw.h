// StableAdamW, in two passes: Adam's moments, with the squares of the gradient over the second moment; then
// Adam's step, at a rate that TypeScript made of their mean. The averages' decay rates are those of the step,
// so that no correction is left.
template <class V>
struct StableadamwMoments {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 5;
  V beta1, beta1Rest, beta2, beta2Rest, epsilon;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, Sum& excess) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V u = div(g, max(sqrt(v), epsilon));
    plus(excess, u, u);
  }
};

template <class V>
struct Stableadamw {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int coefficients = 3;
  V keep, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    p = sub(mul(p, keep), div(mul(m, stepSize), add(sqrt(v), epsilon)));
  }
};
