// KATE: Adagrad without its square root. Below stands the sum of the squared gradients itself, above the root
// of another sum, so that a step is of Adagrad's size. g / denominator is in both lines: one division does
// for two.
template <class V>
struct Kate {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 3;
  static constexpr bool decays = true;
  V lr, eta, epsilon;

  void operator()(V& p, V g, V& m, V& b) const {
    const V square = mul(g, g);
    b = add(b, square);
    const V ratio = div(g, add(b, epsilon));
    m = add(add(m, mul(square, eta)), mul(g, ratio));
    p = sub(p, mul(mul(sqrt(m), lr), ratio));
  }
};
