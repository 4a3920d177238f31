// SGDP: momentum, whose update loses its part along the parameter where the gradient stands upright on it.
// The first pass brings the momentum forward and adds up, of each row of a matrix, what says whether it does,
// and the part itself. `along` is then that part over the parameter, a number for each row; 0 where nothing
// is taken away.
template <class V>
struct SgdpMoments {
  static constexpr int first = 1;
  static constexpr bool keeps[] = {true};
  static constexpr bool light = true;
  static constexpr bool moves = false;
  static constexpr int sums = 4;
  static constexpr int coefficients = 4;
  V mu, rest, bPart, gPart;

  template <class Sum>
  void operator()(V& p, V g, V& b, Sum& product, Sum& gradient, Sum& weight, Sum& update) const {
    b = add(mul(b, mu), mul(g, rest));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, add(mul(b, bPart), mul(g, gPart)), p);
  }
};

template <class V, bool nesterov, bool factored>
struct Sgdp {
  static constexpr bool keeps[] = {factored, true};
  static constexpr bool changes[] = {false, false};
  static constexpr bool light = true;
  static constexpr int rowLetters = 1;
  static constexpr int coefficients = 3;
  V mu, stepSize, keep;

  void operator()(V& p, V g, V& along, V& b) const {
    const V u = nesterov ? add(mul(b, mu), g) : b;
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));
  }
};
