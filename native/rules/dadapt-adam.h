// D-Adapt Adam, whose step goes by an estimate d of how far away the solution is. The first pass adds up what
// the estimate is made of, with the averages as they were, and brings them forward; the second moves the
// parameter.
template <class V>
struct DadaptAdamMoments {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool decays = true;
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 8;
  V beta1, gradientStep, beta2, beta2Rest, root2, sumStep, epsilon, one;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, V& s, Sum& product, Sum& size) const {
    plus(product, g, div(s, add(sqrt(v), epsilon)));
    m = add(mul(m, beta1), mul(g, gradientStep));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    s = add(mul(s, root2), mul(g, sumStep));
    plus(size, abs(s), one);
  }
};

template <class V>
struct DadaptAdam {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr bool decays = true;
  static constexpr int coefficients = 2;
  V keep, epsilon;

  void operator()(V& p, V g, V& m, V& v) const { p = sub(mul(p, keep), div(m, add(sqrt(v), epsilon))); }
};
