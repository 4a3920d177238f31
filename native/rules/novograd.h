// NovoGrad: the average of gradients that are divided by the root of their tensor's second moment, which is
// one number and stands in `scale`.
template <class V>
struct Novograd {
  static constexpr bool keeps[] = {true};
  static constexpr bool light = true;
  static constexpr int coefficients = 4;
  V beta1, scale, rate, lr;

  void operator()(V& p, V g, V& m) const {
    m = add(mul(m, beta1), add(mul(g, scale), mul(p, rate)));
    p = sub(p, mul(m, lr));
  }
};
