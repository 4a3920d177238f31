// Where a parameter is before a step moves it, what decays by itself having decayed; and the way back there.
template <class V>
struct Origin {
  static constexpr bool keeps[] = {true};
  static constexpr int first = maxSlots - 1;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;

  void operator()(V& p, V g, V& origin) const { origin = p; }
};

template <class V>
struct OriginBack {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& origin) const { p = origin; }
};
