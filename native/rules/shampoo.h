// Shampoo, of a matrix: the gradient is taken, and then the step along what became of it. Between the two it
// is multiplied by roots of matrices, in TypeScript. What is too large for such goes plainly down the
// gradient.
template <class V>
struct ShampooTake {
  static constexpr bool keeps[] = {true};
  static constexpr bool moves = false;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;

  void operator()(V& p, V g, V& u) const { u = g; }
};

template <class V>
struct ShampooFactored {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  V lr;

  void operator()(V& p, V g, V& u) const { p = sub(p, mul(u, lr)); }
};

template <class V>
struct Shampoo {
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  V lr;

  void operator()(V& p, V g) const { p = sub(p, mul(g, lr)); }
};
