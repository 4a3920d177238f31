// A cautious update: an element moves only where the rule moves it against its gradient. How many do, and the
// update of these, larger for those that rest.
template <class V>
struct CautiousCount {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 1;
  V zero;

  template <class Sum>
  void operator()(V& p, V g, V& origin, Sum& count) const {
    const V agrees = max(mul(sign(sub(origin, p)), sign(g)), zero);
    plus(count, agrees, agrees);
  }
};

template <class V>
struct Cautious {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  V zero, scale;

  void operator()(V& p, V g, V& origin) const {
    const V u = sub(origin, p);
    const V agrees = max(mul(sign(u), sign(g)), zero);
    p = sub(origin, mul(mul(u, agrees), scale));
  }
};
