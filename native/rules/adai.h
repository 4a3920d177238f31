// Adai, in two passes: the second moments, which it adds up, and the rest. `inertia` is what an element keeps
// of its average, `kept` the product of all of them. `share` is beta0 over the mean of the second moments,
// which it has corrected; with the flag both are under the power that it is raised to.
template <class V>
struct AdaiMoments {
  static constexpr int first = 1;
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool decays = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 3;
  V beta2, beta2Rest, one;

  template <class Sum>
  void operator()(V& p, V g, V& v, Sum& total) const {
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(total, v, one);
  }
};

template <class V, bool dampened>
struct Adai {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool changes[] = {true, false, true};
  static constexpr bool decays = true;
  static constexpr int coefficients = 12;
  V share, least, one, lr, whole, digits, weight1, weight2, whole2, digits2, weight3, weight4;

  void operator()(V& p, V g, V& m, V& v, V& kept) const {
    const V part = dampened ? raised(mul(v, share), one, whole, digits, weight1, weight2) : mul(v, share);
    const V rest = min(one, max(least, part));
    const V inertia = sub(one, rest);
    const V enters = dampened ? raised(rest, one, whole2, digits2, weight3, weight4) : rest;
    m = add(mul(m, inertia), mul(g, enters));
    kept = mul(kept, inertia);
    p = sub(p, div(mul(m, lr), sub(one, kept)));
  }
};
