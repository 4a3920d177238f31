// AdaPNM: positive-negative momentum over Adam's root. Two momenta take turns: the step is more than the
// whole of the one that moves, less a part of the one that rests, which is left alone; with the flag, the
// second one moves. The bias corrections are folded into the coefficients.
template <class V, bool amsgrad, bool even>
struct Adapnm {
  static constexpr bool keeps[] = {true, true, true, amsgrad};
  static constexpr bool changes[] = {!even, true, even, amsgrad};
  static constexpr int coefficients = 7;
  static constexpr bool decays = true;
  V decay, decayRest, beta2, beta2Rest, moved, rested, epsilon;

  void operator()(V& p, V g, V& first, V& v, V& second, V& vmax) const {
    if (even)
      second = add(mul(second, decay), mul(g, decayRest));
    else
      first = add(mul(first, decay), mul(g, decayRest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    const V d = sub(mul(even ? second : first, moved), mul(even ? first : second, rested));
    p = sub(p, div(d, add(sqrt(amsgrad ? vmax : v), epsilon)));
  }
};
