// Adamax: Adam with the infinity norm `u` in place of the second moment. stepSize = lr / bc1.
template <class V>
struct Adamax {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 5;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& u) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    u = max(mul(u, beta2), add(abs(g), epsilon));
    p = sub(p, div(mul(m, stepSize), u));
  }
};
