// MoMo in Adam's metric, in two passes: Adam's averages, with what the step size is made of; then the step,
// whose weight decay stands before it or after it. The root of the second bias correction is folded into the
// coefficients: scale is that root, epsilon = eps scale.
template <class V>
struct MomoAdamMoments {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool moves = false;
  static constexpr int sums = 3;
  static constexpr int coefficients = 6;
  V beta1, beta1Rest, beta2, beta2Rest, scale, epsilon;

  template <class Sum>
  void operator()(V& p, V g, V& d, V& v, Sum& slope, Sum& size, Sum& way) const {
    d = add(mul(d, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    plus(slope, g, p);
    plus(size, d, div(mul(d, scale), add(sqrt(v), epsilon)));
    plus(way, d, p);
  }
};

template <class V>
struct MomoAdam {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int coefficients = 4;
  V before, stepSize, epsilon, after;

  void operator()(V& p, V g, V& d, V& v) const {
    p = mul(sub(mul(p, before), div(mul(d, stepSize), add(sqrt(v), epsilon))), after);
  }
};
