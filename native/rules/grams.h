// Grams: as far as Adam goes, in the direction against the gradient.
template <class V>
struct Grams {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 6;
  V beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(mul(mul(sign(g), abs(m)), stepSize), add(sqrt(v), epsilon)));
  }
};
