// OrthoGrad: the gradient loses its part along the parameter, and is as long as before again. The parameter
// is read from its place, and the gradient that the rule is given written in it.
template <class V>
struct OrthogradProducts {
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 3;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, Sum& weight, Sum& product, Sum& gradient) const {
    plus(weight, p, p);
    plus(product, p, g);
    plus(gradient, g, g);
  }
};

template <class V>
struct Orthograd {
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V along;

  template <class Sum>
  void operator()(V& p, V g, Sum& rest) const {
    p = sub(g, mul(p, along));
    plus(rest, p, p);
  }
};

template <class V>
struct OrthogradScale {
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V factor;

  void operator()(V& p, V g) const { p = mul(g, factor); }
};
