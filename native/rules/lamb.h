// LAMB, in two passes: Adam's moments with the squares of two norms, the parameter's and its update's; then
// the update, times what TypeScript made of the two. Adam's bias corrections are folded into the
// coefficients: scale = sqrt(bc2) / bc1, epsilon = eps sqrt(bc2).
template <class V>
struct LambMoments {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 7;
  V beta1, beta1Rest, beta2, beta2Rest, scale, epsilon, rate;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, Sum& weight, Sum& update) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    plus(weight, p, p);
    plus(update, u, u);
  }
};

template <class V>
struct Lamb {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int coefficients = 4;
  V scale, epsilon, rate, stepSize;

  void operator()(V& p, V g, V& m, V& v) const {
    const V u = add(div(mul(m, scale), add(sqrt(v), epsilon)), mul(p, rate));
    p = sub(p, mul(u, stepSize));
  }
};
