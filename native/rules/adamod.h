// AdaMod: Adam, whose rate of each element is at most its own average over the steps. stepSize = lr sqrt(bc2)
// / bc1; epsilon stands beside the root as it is.
template <class V>
struct Adamod {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr int coefficients = 8;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v, V& average) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V rate = div(stepSize, add(sqrt(v), epsilon));
    average = add(mul(average, beta3), mul(rate, beta3Rest));
    p = sub(p, mul(min(rate, average), m));
  }
};
