// The sign of the gradient, or, with the flag, of its average (Signum).
template <class V, bool momentum>
struct Signsgd {
  static constexpr bool keeps[] = {momentum};
  static constexpr int coefficients = 3;
  static constexpr bool light = true;
  V lr, mu, muRest;

  void operator()(V& p, V g, V& b) const {
    if (momentum) b = add(mul(b, mu), mul(g, muRest));
    p = sub(p, mul(sign(momentum ? b : g), lr));
  }
};
