// Muon, of a matrix: the direction, whose norm is added up; then the step along what became of it. Between
// the two it is made orthogonal (orthogonal.h). What is no matrix goes AdamW's way.
template <class V>
struct MuonDirection {
  static constexpr bool keeps[] = {true, true};
  static constexpr int first = 2;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 4;
  V momentum, momentumRest, ofMomentum, ofGradient;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& u, Sum& update) const {
    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);
  }
};

template <class V>
struct Muon {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = 3;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  V stepSize;

  void operator()(V& p, V g, V& u) const { p = sub(p, mul(u, stepSize)); }
};

// Its weight decay is never coupled.
template <class V>
struct MuonRest : Adam<V, false> {
  static constexpr bool decays = false;
};
