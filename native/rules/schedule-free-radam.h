// Schedule-free RAdam: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x,
// which lies on the line through y and z. Until the variance of v can be told (`adapts`), steps go along the
// gradient.
template <class V>
struct ScheduleFreeRadam {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 11;
  V begins, beta2, beta2Rest, adapts, root, epsilon, rate, shareRest, share, uStep, lr;

  void operator()(V& p, V g, V& z, V& v) const {
    z = select(begins, p, z);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V u = add(select(adapts, div(mul(g, root), add(sqrt(v), epsilon)), g), mul(p, rate));
    p = add(add(mul(p, shareRest), mul(z, share)), mul(u, uStep));
    z = sub(z, mul(u, lr));
  }
};
