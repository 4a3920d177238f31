// RMSprop; with the flags, centered by the average of the gradients, and with momentum on the scaled
// gradient.
template <class V, bool centered, bool momentum>
struct Rmsprop {
  static constexpr bool keeps[] = {true, centered, momentum};
  static constexpr int coefficients = 5;
  static constexpr bool decays = true;
  V lr, alpha, alphaRest, mu, epsilon;

  void operator()(V& p, V g, V& v, V& a, V& b) const {
    v = add(mul(v, alpha), mul(mul(g, g), alphaRest));
    if (centered) a = add(mul(a, alpha), mul(g, alphaRest));
    const V spread = centered ? sub(v, mul(a, a)) : v;
    if (momentum) b = add(mul(b, mu), div(g, add(sqrt(spread), epsilon)));
    if (momentum)
      p = sub(p, mul(b, lr));
    else
      p = sub(p, div(mul(g, lr), add(sqrt(spread), epsilon)));
  }
};
