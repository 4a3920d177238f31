// Fromage: a step as long as the tensor along its gradient, times the learning rate, and then a scaling. The
// first pass adds up what both norms, and that of the new tensor, follow from.
template <class V>
struct FromageNorms {
  static constexpr bool light = true;
  static constexpr bool moves = false;
  static constexpr int sums = 3;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, Sum& weight, Sum& gradient, Sum& product) const {
    plus(weight, p, p);
    plus(gradient, g, g);
    plus(product, p, g);
  }
};

template <class V>
struct Fromage {
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  V stepSize, keep;

  void operator()(V& p, V g) const { p = mul(sub(p, mul(g, stepSize)), keep); }
};
