// Decoupled weight decay: the parameter shrinks by itself before the rule moves it, keep = 1 - lr
// weightDecay.
template <class V>
struct Shrink {
  static constexpr bool changesGradient = false;
  V keep;

  void operator()(V& p, V& g) const { p = mul(p, keep); }
};
