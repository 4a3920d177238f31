// Positive-negative momentum: two momenta that take turns. The step is more than the whole of the one that
// moves, less a part of the one that rests, which is left alone; with the flag, the second one moves.
template <class V, bool even>
struct Pnm {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {!even, even};
  static constexpr int coefficients = 4;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V decay, decayRest, moved, rested;

  void operator()(V& p, V g, V& first, V& second) const {
    if (even)
      second = add(mul(second, decay), mul(g, decayRest));
    else
      first = add(mul(first, decay), mul(g, decayRest));
    p = sub(p, sub(mul(even ? second : first, moved), mul(even ? first : second, rested)));
  }
};
