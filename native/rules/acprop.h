// ACProp: the gradient, or its average (averaged = 1), over the second moment of the steps before it, which
// is that of the distance from the average. Where the step is not scaled (scaled = 0), it is divided by one.
template <class V>
struct Acprop {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 10;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, added, averaged, stepSize, scaled, epsilon, one;

  void operator()(V& p, V g, V& m, V& s) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    s = add(s, added);
    p = sub(p, div(mul(select(averaged, m, g), stepSize), select(scaled, add(sqrt(s), epsilon), one)));
    const V d = sub(g, m);
    s = add(mul(s, beta2), mul(mul(d, d), beta2Rest));
  }
};
