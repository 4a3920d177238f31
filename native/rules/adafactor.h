// Adafactor, in three passes. Of a matrix: the squares of the gradient by rows and by columns; then, as of a
// vector, the squares of the parameter and of the update; then the update. A row's number times a column's is
// the second moment; of a vector that is `v`. The numbers of Shazeer and Stern have `added` above 0 and no
// `least`, those of PyTorch the other way round.
template <class V>
struct AdafactorSquares {
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr bool columns = true;
  static constexpr int coefficients = 0;

  template <class Sum, class Column>
  void operator()(V& p, V g, Sum& row, Column& column) const {
    plus(row, g, g);
    plus(column, g, g);
  }
};

template <class V, bool factored>
struct AdafactorSize {
  static constexpr bool keeps[] = {factored, factored, !factored};
  static constexpr bool changes[] = {false, false, false};
  static constexpr int rowLetters = 1;
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 3;
  V added, rest, least;

  template <class Sum>
  void operator()(V& p, V g, V& byRow, V& byColumn, V& v, Sum& weight, Sum& update) const {
    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const V u = div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v)));
    plus(weight, p, p);
    plus(update, u, u);
  }
};

template <class V, bool factored, bool momentum>
struct Adafactor {
  static constexpr bool keeps[] = {factored, factored, !factored, momentum};
  static constexpr bool changes[] = {false, false, !factored, momentum};
  static constexpr int rowLetters = 1;
  static constexpr int coefficients = 7;
  V added, rest, least, keep, stepSize, beta1, beta1Rest;

  void operator()(V& p, V g, V& byRow, V& byColumn, V& v, V& m) const {
    if (!factored) v = add(v, mul(sub(add(mul(g, g), added), v), rest));
    const V u = mul(div(g, sqrt(max(least, factored ? mul(byRow, byColumn) : v))), stepSize);
    if (momentum) m = add(mul(m, beta1), mul(u, beta1Rest));
    p = sub(mul(p, keep), momentum ? m : u);
  }
};
