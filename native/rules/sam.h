// Sharpness-aware minimization, over any rule: up the slope, and back to the `origin` that was left there.
template <class V>
struct SamAscend {
  static constexpr bool keeps[] = {true};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  V scale;

  void operator()(V& p, V g, V& origin) const {
    origin = p;
    p = add(p, mul(g, scale));
  }
};
