// SM3: the second moment of a matrix is the lesser of a row's number and a column's, which are the largest
// moments of that row and that column at the step before. A vector has one for each element.
template <class V, bool momentum>
struct Sm3 {
  static constexpr int first = 2;
  static constexpr bool keeps[] = {momentum, true};
  static constexpr int coefficients = 6;
  V keep, rest, epsilon, mu, muRest, lr;

  void operator()(V& p, V g, V& m, V& v) const {
    const V nu = add(mul(v, keep), mul(mul(g, g), rest));
    v = max(v, nu);
    const V u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));
  }
};

template <class V, bool momentum>
struct Sm3Factored {
  static constexpr bool keeps[] = {true, true, momentum};
  static constexpr bool changes[] = {false, false, momentum};
  static constexpr int rowLetters = 1;
  static constexpr int sums = 1;
  static constexpr bool columns = true;
  static constexpr bool largest = true;
  static constexpr int coefficients = 6;
  V keep, rest, epsilon, mu, muRest, lr;

  template <class Sum, class Column>
  void operator()(V& p, V g, V& byRow, V& byColumn, V& m, Sum& row, Column& column) const {
    const V nu = add(mul(min(byRow, byColumn), keep), mul(mul(g, g), rest));
    most(row, nu);
    most(column, nu);
    const V u = div(g, sqrt(add(nu, epsilon)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = sub(p, mul(momentum ? m : u, lr));
  }
};
