// The exponential moving average of a value `g`; with the flag, `a` is the raw average and `p` the corrected
// one.
template <class V, bool corrected>
struct Average {
  static constexpr bool keeps[] = {corrected};
  static constexpr int coefficients = 3;
  static constexpr bool stages = false;
  static constexpr bool light = !corrected;
  V decay, decayRest, correction;

  void operator()(V& p, V g, V& a) const {
    if (corrected) a = add(mul(a, decay), mul(g, decayRest));
    if (corrected)
      p = div(a, correction);
    else
      p = add(mul(p, decay), mul(g, decayRest));
  }
};
