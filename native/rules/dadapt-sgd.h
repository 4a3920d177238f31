// D-Adapt SGD: dual averaging, whose step goes by an estimate d of how far away the solution is. The first
// pass adds up what the estimate is made of, and the gradients to their sum; the second moves the parameter.
template <class V>
struct DadaptSgdSums {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 2;
  V begins, stepSize;

  template <class Sum>
  void operator()(V& p, V g, V& s, V& start, Sum& product, Sum& size) const {
    start = select(begins, p, start);
    plus(product, g, s);
    s = add(s, mul(g, stepSize));
    plus(size, s, s);
  }
};

template <class V>
struct DadaptSgd {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  V mu, muRest;

  void operator()(V& p, V g, V& s, V& start) const { p = add(mul(p, mu), mul(sub(start, s), muRest)); }
};
