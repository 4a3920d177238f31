// AdaBelief: the second moment is that of the distance from the first. With the flag, the largest so far.
// Where the step is not scaled (scaled = 0), it is one of momentum alone.
template <class V, bool amsgrad>
struct Adabelief {
  static constexpr bool keeps[] = {true, true, amsgrad};
  static constexpr int coefficients = 9;
  static constexpr bool decays = true;
  V beta1, beta1Rest, beta2, beta2Rest, added, stepSize, epsilon, scaled, one;

  void operator()(V& p, V g, V& m, V& s, V& smax) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    const V d = sub(g, m);
    s = add(add(mul(s, beta2), mul(mul(d, d), beta2Rest)), added);
    if (amsgrad) smax = max(smax, s);
    p = sub(p, div(mul(m, stepSize), select(scaled, add(sqrt(amsgrad ? smax : s), epsilon), one)));
  }
};
