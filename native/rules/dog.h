// DoG: the gradient, times the distance from the start over the root of all squared gradients. The first pass
// adds up the squares of the distance, of the gradient and of the parameter; the second moves the parameter.
template <class V>
struct DogSizes {
  static constexpr bool keeps[] = {true};
  static constexpr bool light = true;
  static constexpr bool decays = true;
  static constexpr bool moves = false;
  static constexpr int sums = 3;
  static constexpr int coefficients = 1;
  V begins;

  template <class Sum>
  void operator()(V& p, V g, V& start, Sum& distance, Sum& gradient, Sum& weight) const {
    start = select(begins, p, start);
    const V way = sub(p, start);
    plus(distance, way, way);
    plus(gradient, g, g);
    plus(weight, p, p);
  }
};

template <class V>
struct Dog {
  static constexpr bool light = true;
  static constexpr bool decays = true;
  static constexpr int coefficients = 1;
  V stepSize;

  void operator()(V& p, V g) const { p = sub(p, mul(g, stepSize)); }
};
