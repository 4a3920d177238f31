// Gradient centralization: a row of the gradient loses its mean. The gradient that the rule is given takes
// the parameter's place here, and is read nowhere.
template <class V>
struct CentralizeTotal {
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V one;

  template <class Sum>
  void operator()(V& p, V g, Sum& total) const {
    plus(total, g, one);
  }
};

template <class V>
struct Centralize {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int rowLetters = 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& mean) const { p = sub(g, mean); }
};
