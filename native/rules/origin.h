// Where a parameter is before its rule moves it; what decays by itself has decayed.
template <class V>
struct Former {
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;

  void operator()(V& p, V g, V& former) const { former = p; }
};
