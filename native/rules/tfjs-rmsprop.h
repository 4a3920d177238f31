// TensorFlow.js' RMSprop: epsilon and lr within the momentum; with the flag, centered, and epsilon taken
// away.
template <class V, bool centered>
struct TfjsRmsprop {
  static constexpr bool keeps[] = {true, true, centered};
  static constexpr int coefficients = 5;
  V lr, alpha, alphaRest, mu, epsilon;

  void operator()(V& p, V g, V& s, V& b, V& a) const {
    s = add(mul(s, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const V spread = centered ? sub(s, add(mul(a, a), epsilon)) : add(s, epsilon);
    b = add(mul(b, mu), div(mul(g, lr), sqrt(spread)));
    p = sub(p, b);
  }
};
