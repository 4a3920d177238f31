// Stochastic gradient descent; with the flags, momentum and the reformulated Nesterov momentum of Sutskever
// et al.
template <class V, bool momentum, bool nesterov>
struct Sgd {
  static constexpr bool keeps[] = {momentum};
  static constexpr int coefficients = 3;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V lr, mu, dampeningRest;

  void operator()(V& p, V g, V& b) const {
    if (momentum) b = add(mul(b, mu), mul(g, dampeningRest));
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));
  }
};
