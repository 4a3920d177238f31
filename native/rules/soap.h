// SOAP, of a matrix: the gradient is taken, and then the step along what became of it. Between the two is
// Adam in another basis, in TypeScript. What has no other basis goes Adam's way, at once or by its normalized
// step.
template <class V>
struct SoapTake {
  static constexpr bool keeps[] = {true};
  static constexpr int first = 2;
  static constexpr bool moves = false;
  static constexpr int coefficients = 0;

  void operator()(V& p, V g, V& u) const { u = g; }
};

template <class V>
struct SoapFactored {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = 2;
  static constexpr int coefficients = 2;
  V stepSize, keep;

  void operator()(V& p, V g, V& u) const { p = mul(sub(p, mul(u, stepSize)), keep); }
};

template <class V>
struct SoapDirection {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 1;
  static constexpr int coefficients = 5;
  V beta1, beta1Rest, beta2, beta2Rest, epsilon;

  template <class Sum>
  void operator()(V& p, V g, V& m, V& v, V& u, Sum& size) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    u = div(m, add(sqrt(v), epsilon));
    plus(size, u, u);
  }
};

template <class V>
struct Soap {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 7;
  V stepSize, keep, beta1, beta1Rest, beta2, beta2Rest, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    p = mul(sub(p, div(mul(m, stepSize), add(sqrt(v), epsilon))), keep);
  }
};
