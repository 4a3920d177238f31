// Adagrad: the step shrinks with the sum of all squared gradients.
template <class V>
struct Adagrad {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 2;
  static constexpr bool decays = true;
  V lr, epsilon;

  void operator()(V& p, V g, V& s) const {
    s = add(s, mul(g, g));
    p = sub(p, div(mul(g, lr), add(sqrt(s), epsilon)));
  }
};
