// Adaptive gradient clipping: a row of the gradient is multiplied by what its norm may be, over what it is.
// The parameter is read from its place, and the gradient that the rule is given written in it.
template <class V>
struct AgcNorms {
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 2;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, Sum& weight, Sum& gradient) const {
    plus(weight, p, p);
    plus(gradient, g, g);
  }
};

template <class V>
struct Agc {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int rowLetters = 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& factor) const { p = mul(g, factor); }
};
