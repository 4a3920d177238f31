// LaProp: the gradient is divided first and averaged then. With the flags, by its standard deviation once
// the first steps are over (late = 1), and by the largest so far. Weights decay after the step.
template <class V, bool centered, bool amsgrad>
struct Laprop {
  static constexpr bool keeps[] = {true, true, centered, amsgrad};
  static constexpr int coefficients = 8;
  V beta1, beta2, beta2Rest, late, gradientStep, epsilon, stepSize, keep;

  void operator()(V& p, V g, V& m, V& v, V& a, V& vmax) const {
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (centered) a = add(mul(a, beta2), mul(g, beta2Rest));
    const V spread = centered ? sub(v, mul(mul(a, a), late)) : v;
    if (amsgrad) vmax = select(late, max(vmax, spread), vmax);
    const V divisor = add(sqrt(amsgrad ? select(late, vmax, spread) : spread), epsilon);
    m = add(mul(m, beta1), div(mul(g, gradientStep), divisor));
    p = mul(sub(p, mul(m, stepSize)), keep);
  }
};
