// L-BFGS: the vectors of its step, which TypeScript goes through. What stands in the gradient's place is one
// of its history: a difference of gradients, or a step.

// The gradient at a point, and what is known of it there.
template <class V>
struct LbfgsTake {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {true, false};
  static constexpr int first = 1;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 3;
  static constexpr int coefficients = 0;

  template <class Sum>
  void operator()(V& p, V g, V& grad, V& d, Sum& slope, Sum& total, Sum& top) const {
    grad = g;
    plus(slope, grad, d);
    plus(total, grad, sign(grad));
    most(top, abs(grad));
  }
};

template <class V>
struct LbfgsFirst {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool changes[] = {true, false, true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  void operator()(V& p, V g, V& prev, V& grad, V& d) const {
    d = neg(grad);
    prev = grad;
  }
};

template <class V>
struct LbfgsPair {
  static constexpr bool keeps[] = {true, true, true, true, true};
  static constexpr bool changes[] = {true, false, true, true, true};
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 2;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V t;

  template <class Sum>
  void operator()(V& p, V g, V& prev, V& grad, V& d, V& y, V& s, Sum& ys, Sum& yy) const {
    y = sub(grad, prev);
    s = mul(d, t);
    plus(ys, y, s);
    plus(yy, y, y);
    d = neg(grad);
    prev = grad;
  }
};

template <class V>
struct LbfgsCurve {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = 4;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, V& s, Sum& ys) const {
    plus(ys, g, s);
  }
};

template <class V>
struct LbfgsDot {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = 2;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 1;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, V& d, Sum& dot) const {
    plus(dot, g, d);
  }
};

template <class V>
struct LbfgsAdd {
  static constexpr bool keeps[] = {true};
  static constexpr int first = 2;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V share;

  void operator()(V& p, V g, V& d) const { d = add(d, mul(g, share)); }
};

template <class V>
struct LbfgsScale {
  static constexpr bool keeps[] = {true};
  static constexpr int first = 2;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V factor;

  void operator()(V& p, V g, V& d) const { d = mul(d, factor); }
};

// How steep the direction is; and the point that it begins at.
template <class V>
struct LbfgsStart {
  static constexpr bool keeps[] = {true, true, true};
  static constexpr bool changes[] = {false, false, true};
  static constexpr int first = 1;
  static constexpr bool moves = false;
  static constexpr bool light = true;
  static constexpr int sums = 2;
  static constexpr int coefficients = 0;
  static constexpr bool stages = false;

  template <class Sum>
  void operator()(V& p, V g, V& grad, V& d, V& x, Sum& slope, Sum& top) const {
    plus(slope, grad, d);
    most(top, abs(d));
    x = p;
  }
};

template <class V>
struct LbfgsAt {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {false, false};
  static constexpr int first = 2;
  static constexpr bool light = true;
  static constexpr int coefficients = 1;
  static constexpr bool stages = false;
  V t;

  void operator()(V& p, V g, V& d, V& x) const { p = add(x, mul(d, t)); }
};
