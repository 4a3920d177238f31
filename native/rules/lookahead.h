// Lookahead, over any rule: the way from the slow weights towards where it went (`LookaheadSync`). The
// momentum is pulled back on its way through the parameter, which is as the slow weights then and comes back
// from them: `lift` and `lower` are over a rule whose momentum is its first slot.
template <class V>
struct LookaheadSync {
  static constexpr bool keeps[] = {true};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  static constexpr bool stages = false;
  V alpha, alphaRest;

  void operator()(V& p, V g, V& slow) const {
    p = add(mul(p, alpha), mul(slow, alphaRest));
    slow = p;
  }
};

template <class V>
struct LookaheadReset {
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V zero;

  void operator()(V& p, V g, V& momentum) const { momentum = zero; }
};

template <class V>
struct LookaheadLift {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& momentum) const { p = momentum; }
};

template <class V>
struct LookaheadPull {
  static constexpr bool keeps[] = {true};
  static constexpr int first = maxSlots - 2;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  static constexpr bool stages = false;
  V alpha, alphaRest;

  void operator()(V& p, V g, V& slowMomentum) const {
    p = add(mul(p, alpha), mul(slowMomentum, alphaRest));
    slowMomentum = p;
  }
};

template <class V>
struct LookaheadLower {
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& momentum) const { momentum = p; }
};
