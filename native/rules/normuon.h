// NorMuon, of a matrix: the direction, whose norm is added up, as Muon's; what became of it, whose squares
// are added up row by row; and the step along it, each row times a number of its own. Between the first two
// it is made orthogonal (orthogonal.h). What is no matrix goes AdamW's way.
template <class V>
struct NormuonDirection {
  static constexpr bool keeps[] = {true, true};
  static constexpr int first = 3;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 4;
  V momentum, momentumRest, ofMomentum, ofGradient;

  template <class Sum>
  void operator()(V& p, V g, V& u, V& m, Sum& update) const {
    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);
  }
};

template <class V>
struct NormuonSquares {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = 3;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, V& u, Sum& row) const {
    plus(row, u, u);
  }
};

template <class V>
struct Normuon {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int first = 2;
  static constexpr int rowLetters = 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;

  void operator()(V& p, V g, V& byRow, V& u) const { p = sub(p, mul(u, byRow)); }
};
