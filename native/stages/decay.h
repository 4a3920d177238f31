// Coupled weight decay (L2 regularisation): the parameter's pull is part of the gradient that the rule sees.
template <class V>
struct Decay {
  static constexpr bool changesGradient = true;
  V rate;

  void operator()(V& p, V& g) const { g = add(g, mul(p, rate)); }
};
