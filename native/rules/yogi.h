// Yogi: Adam whose second moment moves towards the square of the gradient by a part of the square.
template <class V>
struct Yogi {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 5;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const V square = mul(g, g);
    v = sub(v, mul(mul(sign(sub(v, square)), square), beta2Rest));
    p = sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon)));
  }
};
