// MoMo, in two passes: the average of the gradients, with what the step size is made of; then the step, whose
// weight decay stands before it or after it, as TypeScript says.
template <class V>
struct MomoMoments {
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 3;
  static constexpr int coefficients = 2;
  V beta, betaRest;

  template <class Sum>
  void operator()(V& p, V g, V& d, Sum& slope, Sum& size, Sum& way) const {
    d = add(mul(d, beta), mul(g, betaRest));
    plus(slope, g, p);
    plus(size, d, d);
    plus(way, d, p);
  }
};

template <class V>
struct Momo {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr bool light = true;
  static constexpr int coefficients = 3;
  V before, stepSize, after;

  void operator()(V& p, V g, V& d) const { p = mul(sub(mul(p, before), mul(d, stepSize)), after); }
};
