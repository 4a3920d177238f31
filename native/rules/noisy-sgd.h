// Stochastic gradient descent whose gradient has noise: `noise` is a number of the normal distribution, drawn
// before the step. With the flags, momentum and the reformulated Nesterov momentum of Sutskever et al.
template <class V, bool momentum, bool nesterov>
struct NoisySgd {
  static constexpr bool keeps[] = {momentum, true};
  static constexpr bool changes[] = {momentum, false};
  static constexpr int coefficients = 3;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V lr, mu, deviation;

  void operator()(V& p, V g, V& b, V& noise) const {
    g = add(g, mul(noise, deviation));
    if (momentum) b = add(mul(b, mu), g);
    if (nesterov) g = add(g, mul(b, mu));
    if (momentum && !nesterov) g = b;
    p = sub(p, mul(g, lr));
  }
};
