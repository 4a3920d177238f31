// The clipping of an update by its root mean square: how large it is, and a part of it.
template <class V>
struct UpdateClipSize {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, V& origin, Sum& size) const {
    const V u = sub(origin, p);
    plus(size, u, u);
  }
};

template <class V>
struct UpdateClip {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V factor;

  void operator()(V& p, V g, V& origin) const { p = sub(origin, mul(sub(origin, p), factor)); }
};
