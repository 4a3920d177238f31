// Rprop: only the sign of the gradient counts; each element's step grows while it stays and shrinks where it
// flips.
template <class V>
struct Rprop {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 6;
  static constexpr bool light = true;
  V etaMinus, etaPlus, stepMin, stepMax, one, zero;

  void operator()(V& p, V g, V& prev, V& step) const {
    const V turn = mul(g, prev);
    step = mul(step, select(turn, etaPlus, select(neg(turn), etaMinus, one)));
    step = min(max(step, stepMin), stepMax);
    prev = select(neg(turn), zero, g);
    p = sub(p, mul(sign(prev), step));
  }
};
