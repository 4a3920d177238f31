// The sum of the gradient's squares: what clipping by a norm is computed from, and what shows that a number
// is not finite.
template <class V>
struct Norm {
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, Sum& size) const {
    plus(size, g, g);
  }
};
