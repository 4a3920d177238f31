// MARS: Adam, or the sign of an average, over gradients that are corrected by their change and clipped. A
// pass before it adds up their squares. The bias corrections are folded into the coefficients.
template <class V, bool lion, bool amsgrad>
struct Mars {
  static constexpr bool keeps[] = {true, true, !lion, amsgrad};
  static constexpr int coefficients = 8;
  static constexpr bool light = lion;
  V change, clip, beta1, beta1Rest, beta2, beta2Rest, stepSize, epsilon;

  void operator()(V& p, V g, V& before, V& m, V& v, V& vmax) const {
    const V d = mul(add(g, mul(sub(g, before), change)), clip);
    m = add(mul(m, beta1), mul(d, beta1Rest));
    if (!lion) v = add(mul(v, beta2), mul(mul(d, d), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    before = g;
    if (lion)
      p = sub(p, mul(sign(m), stepSize));
    else
      p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));
  }
};

template <class V>
struct MarsSize {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 1;
  static constexpr bool light = true;
  V change;

  template <class Sum>
  void operator()(V& p, V g, V& before, Sum& size) const {
    const V d = add(g, mul(sub(g, before), change));
    plus(size, d, d);
  }
};
