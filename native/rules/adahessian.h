// AdaHessian, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that
// stands in the place of `g`, and the average of its squares is h. The bias corrections are folded into the
// coefficients. Without the flag the power is a root.
template <class V>
struct AdahessianHessian {
  static constexpr int first = 1;
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr int coefficients = 2;
  V beta2, beta2Rest;

  void operator()(V& p, V g, V& h) const { h = add(mul(h, beta2), mul(mul(g, g), beta2Rest)); }
};

template <class V, bool power>
struct Adahessian {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {true, false};
  static constexpr bool decays = true;
  static constexpr int coefficients = 9;
  V beta1, beta1Rest, stepSize, epsilon, one, whole, digits, weight1, weight2;

  void operator()(V& p, V g, V& m, V& h) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const V root = power ? raised(h, one, whole, digits, weight1, weight2) : sqrt(h);
    p = sub(p, div(mul(m, stepSize), add(root, epsilon)));
  }
};
