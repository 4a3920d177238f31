// AdEMAMix: Adam with a second average of the gradients that forgets slowly, and is not corrected for having
// started at zero.
template <class V>
struct Ademamix {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr int coefficients = 9;
  V beta1, beta1Rest, beta2, beta2Rest, beta3, beta3Rest, fastStep, slowStep, epsilon;

  void operator()(V& p, V g, V& fast, V& slow, V& v) const {
    fast = add(mul(fast, beta1), mul(g, beta1Rest));
    slow = add(mul(slow, beta3), mul(g, beta3Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = sub(p, div(add(mul(fast, fastStep), mul(slow, slowStep)), add(sqrt(v), epsilon)));
  }
};
