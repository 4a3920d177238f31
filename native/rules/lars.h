// LARS: momentum, where the step of a tensor goes by the norms of its parameter and of its gradient. The
// first pass adds up their squares; at a rate above 0 the gradient has the weight decay in it.
template <class V>
struct LarsNorms {
  static constexpr bool light = true;
  static constexpr bool moves = false;
  static constexpr int sums = 2;
  static constexpr int coefficients = 1;
  V rate;

  template <class Sum>
  void operator()(V& p, V g, Sum& weight, Sum& gradient) const {
    const V u = add(g, mul(p, rate));
    plus(weight, p, p);
    plus(gradient, u, u);
  }
};

template <class V, bool nesterov>
struct Lars {
  static constexpr bool keeps[] = {true};
  static constexpr bool light = true;
  static constexpr int coefficients = 3;
  V rate, stepSize, mu;

  void operator()(V& p, V g, V& b) const {
    const V d = mul(add(g, mul(p, rate)), stepSize);
    b = add(mul(b, mu), d);
    p = sub(p, nesterov ? add(mul(b, mu), d) : b);
  }
};
