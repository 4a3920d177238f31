// Amos: the gradient over the root of its second moment, times a rate that falls as a decay b grows, which
// also holds the parameter back. Of a matrix v and b are numbers of a row: the first pass adds up the squares
// of the gradient, and what holds back and what moves stands in the row's numbers.
template <class V>
struct AmosSquares {
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 1;
  V clip;

  template <class Sum>
  void operator()(V& p, V g, Sum& row) const {
    const V d = min(clip, max(neg(clip), g));
    plus(row, d, d);
  }
};

template <class V, bool momentum>
struct Amos {
  static constexpr int first = 2;
  static constexpr bool keeps[] = {momentum, true, true};
  static constexpr int coefficients = 12;
  V clip, mu, muRest, beta, betaRest, one, epsilon, halfRate, slows, damps, extraL2, initial;

  void operator()(V& p, V g, V& m, V& v, V& b) const {
    const V d = min(clip, max(neg(clip), g));
    v = add(mul(v, beta), mul(mul(d, d), betaRest));
    const V inverse = div(one, max(epsilon, v));
    const V half = mul(mul(mul(d, d), inverse), div(halfRate, sqrt(add(one, mul(b, slows)))));
    const V way = add(mul(p, add(half, extraL2)), mul(d, mul(initial, sqrt(inverse))));
    const V u = neg(div(way, add(one, mul(b, damps))));
    b = add(b, mul(add(half, half), add(one, b)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);
  }
};

template <class V, bool momentum>
struct AmosFactored {
  static constexpr bool keeps[] = {true, true, momentum};
  static constexpr bool changes[] = {false, false, momentum};
  static constexpr int rowLetters = 2;
  static constexpr int coefficients = 3;
  V clip, mu, muRest;

  void operator()(V& p, V g, V& decay, V& step, V& m) const {
    const V d = min(clip, max(neg(clip), g));
    const V u = neg(add(mul(p, decay), mul(d, step)));
    if (momentum) m = add(mul(m, mu), mul(u, muRest));
    p = add(p, momentum ? m : u);
  }
};
