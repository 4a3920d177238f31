// The gradient times a factor: a gradient scale, `maximize` (the factor's sign), or both.
template <class V>
struct Scale {
  static constexpr bool changesGradient = true;
  V factor;

  void operator()(V& p, V& g) const { g = mul(g, factor); }
};
