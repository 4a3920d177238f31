// Adadelta: the step is the ratio of two averages, of past steps `a` and of gradients `s`, under one root.
template <class V>
struct Adadelta {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 4;
  static constexpr bool decays = true;
  V lr, rho, rhoRest, epsilon;

  void operator()(V& p, V g, V& s, V& a) const {
    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    const V d = mul(sqrt(div(add(a, epsilon), add(s, epsilon))), g);
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));
  }
};
