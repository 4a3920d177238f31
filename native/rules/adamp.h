// AdamP: Adam, whose update loses its part along the parameter where the gradient stands upright on it. The
// first pass brings the moments forward and adds up, of each row of a matrix, what says whether it does, and
// the part itself. `along` is then that part over the parameter, a number for each row; 0 where nothing is
// taken away. Adam's bias corrections are folded into the coefficients: the parts have sqrt(bc2) / bc1 in
// them, epsilon sqrt(bc2).
template <class V>
struct AdampMoments {
  static constexpr int first = 1;
  static constexpr bool keeps[] = {true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 4;
  static constexpr int coefficients = 7;
  V beta1, beta1Rest, beta2, beta2Rest, mPart, gPart, epsilon;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, Sum& product, Sum& gradient, Sum& weight, Sum& update) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V u = div(add(mul(m, mPart), mul(g, gPart)), add(sqrt(v), epsilon));
    plus(product, g, p);
    plus(gradient, g, g);
    plus(weight, p, p);
    plus(update, u, p);
  }
};

template <class V, bool nesterov, bool factored>
struct Adamp {
  static constexpr bool keeps[] = {factored, true, true};
  static constexpr bool changes[] = {false, false, false};
  static constexpr int rowLetters = 1;
  static constexpr int coefficients = 5;
  V mPart, gPart, epsilon, stepSize, keep;

  void operator()(V& p, V g, V& along, V& m, V& v) const {
    const V way = nesterov ? add(mul(m, mPart), mul(g, gPart)) : mul(m, mPart);
    const V u = div(way, add(sqrt(v), epsilon));
    p = sub(mul(p, keep), mul(factored ? sub(u, mul(p, along)) : u, stepSize));
  }
};
