// Sophia, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that
// stands in the place of `g`, and its average is h.
template <class V>
struct SophiaHessian {
  static constexpr int first = 1;
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr int coefficients = 2;
  V beta2, beta2Rest;

  void operator()(V& p, V g, V& h) const { h = add(mul(h, beta2), mul(g, beta2Rest)); }
};

template <class V>
struct Sophia {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {true, false};
  static constexpr int coefficients = 6;
  V beta1, beta1Rest, gamma, epsilon, rho, lr;

  void operator()(V& p, V g, V& m, V& h) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const V u = div(m, max(epsilon, mul(h, gamma)));
    p = sub(p, mul(max(neg(rho), min(rho, u)), lr));
  }
};
