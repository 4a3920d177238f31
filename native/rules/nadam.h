// NAdam: Adam that looks ahead, so that the gradient itself and the first moment each have a step size.
template <class V>
struct Nadam {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 7;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, gradientStep, momentStep, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(g, gradientStep), mul(m, momentStep)), add(sqrt(v), epsilon)));
  }
};
