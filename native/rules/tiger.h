// Tiger: the sign of the average of the gradient. Where the step goes by the tensor's root mean square, a
// first pass adds up the squares, and the tensor's own weight decay is in `keep`.
template <class V>
struct TigerSize {
  static constexpr bool light = true;
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, Sum& size) const {
    plus(size, p, p);
  }
};

template <class V>
struct Tiger {
  static constexpr bool keeps[] = {true};
  static constexpr bool decays = true;
  static constexpr bool light = true;
  static constexpr int coefficients = 4;
  V beta, betaRest, stepSize, keep;

  void operator()(V& p, V g, V& m) const {
    m = add(mul(m, beta), mul(g, betaRest));
    p = sub(mul(p, keep), mul(sign(m), stepSize));
  }
};
