// ADOPT: the gradient is divided by the second moment of the steps before it, clipped, and averaged. The
// first step (begins = 1) has none, and only fills it.
template <class V>
struct Adopt {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 9;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, lr, epsilon, ceiling, begins, keep;

  void operator()(V& p, V g, V& m, V& v) const {
    const V n = max(neg(ceiling), min(ceiling, div(g, max(epsilon, sqrt(v)))));
    m = select(begins, m, add(mul(m, beta1), mul(n, beta1Rest)));
    p = sub(mul(p, keep), mul(m, lr));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
  }
};
