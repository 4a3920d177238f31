// Prodigy: Adam, whose step goes by an estimate d of how far away the solution is. The first pass brings the
// averages forward and adds up what the estimate is made of; the second moves the parameters.
template <class V>
struct ProdigyMoments {
  static constexpr bool keeps[] = {true, true, true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 8;
  V beta1, beta1Rest, beta2, beta2Rest, beta3, gradientStep, begins, one;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, V& s, V& start, Sum& product, Sum& size) const {
    start = select(begins, p, start);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, beta3), mul(g, gradientStep));
    plus(product, g, sub(start, p));
    plus(size, abs(s), one);
  }
};

template <class V>
struct Prodigy {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int coefficients = 3;
  V keep, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    p = sub(mul(p, keep), div(mul(m, stepSize), add(sqrt(v), epsilon)));
  }
};
