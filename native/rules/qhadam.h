// QHAdam: between the gradient and its average, over the root of what is between its square and the average
// of that.
template <class V>
struct Qhadam {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 9;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, gradientStep, momentStep, squareWeight, averageWeight, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    const V square = mul(g, g);
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(square, beta2Rest));
    const V between = add(mul(square, squareWeight), mul(v, averageWeight));
    p = sub(p, div(add(mul(g, gradientStep), mul(m, momentStep)), add(sqrt(between), epsilon)));
  }
};
