// Adaptive sharpness-aware minimization: how large the gradient is where each element is measured by its own
// size (`AsamSize`), and the way up the slope.
template <class V>
struct AsamSize {
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 2;
  V share, eta;

  template <class Sum>
  void operator()(V& p, V g, Sum& size) const {
    const V w = add(mul(abs(p), share), eta);
    const V scaled = mul(g, w);
    plus(size, scaled, scaled);
  }
};

template <class V>
struct AsamAscend {
  static constexpr bool keeps[] = {true};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 3;
  V share, eta, scale;

  void operator()(V& p, V g, V& origin) const {
    origin = p;
    const V w = add(mul(abs(p), share), eta);
    p = add(p, mul(mul(mul(g, w), w), scale));
  }
};
