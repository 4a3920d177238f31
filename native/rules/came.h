// CAME. Of a matrix, four passes: the squares of the gradient by rows and columns, which Adafactor's kernel
// adds up; the squares of the update; its average, and the squares of the distance to that by rows and
// columns; and the parameter. Of a vector, two: the squares of the update, and the parameter. A row's number
// and a column's are what the roots of their moments divide by: those of the gradient's square, and in the
// last pass those of the distance's.
template <class V>
struct CameSize {
  static constexpr int first = 3;
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 3;
  V added, beta2, beta2Rest;

  template <class Sum>
  void operator()(V& p, V g, V& v, Sum& update) const {
    v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    const V u = div(g, sqrt(v));
    plus(update, u, u);
  }
};

template <class V>
struct CameFactoredSize {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int rowLetters = 1;
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, V& byRow, V& byColumn, Sum& update) const {
    const V u = mul(mul(g, byRow), byColumn);
    plus(update, u, u);
  }
};

template <class V>
struct CameMoments {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool changes[] = {false, false, true};
  static constexpr int rowLetters = 1;
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr bool columns = true;
  static constexpr int coefficients = 3;
  V scale, beta1, beta1Rest;

  template <class Sum, class Column>
  void operator()(V& p, V g, V& byRow, V& byColumn, V& m, Sum& row, Column& column) const {
    const V u = mul(mul(mul(g, byRow), byColumn), scale);
    m = add(mul(m, beta1), mul(u, beta1Rest));
    const V distance = sub(u, m);
    plus(row, distance, distance);
    plus(column, distance, distance);
  }
};

template <class V, bool factored>
struct Came {
  static constexpr bool keeps[] = {factored, factored, true, !factored};
  static constexpr bool changes[] = {false, false, !factored, !factored};
  static constexpr int rowLetters = 1;
  static constexpr int coefficients = 7;
  V added, beta2, beta2Rest, scale, beta1, beta1Rest, lr;

  void operator()(V& p, V g, V& byRow, V& byColumn, V& m, V& v) const {
    if (!factored) v = add(mul(v, beta2), mul(add(mul(g, g), added), beta2Rest));
    if (!factored) m = add(mul(m, beta1), mul(mul(div(g, sqrt(v)), scale), beta1Rest));
    p = sub(p, mul(factored ? mul(mul(m, byRow), byColumn) : m, lr));
  }
};
