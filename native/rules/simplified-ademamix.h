// Simplified AdEMAMix: a sum of the gradients that forgets, and the gradient itself, over the root of the
// second moment.
template <class V>
struct SimplifiedAdemamix {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 6;
  V beta1, beta2, beta2Rest, momentStep, gradientStep, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), g);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(m, momentStep), mul(g, gradientStep)), add(sqrt(v), epsilon)));
  }
};
