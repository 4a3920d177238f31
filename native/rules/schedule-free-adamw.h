// Schedule-free AdamW: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x,
// which lies on the line through y and z. `eval` goes from y to x.
template <class V>
struct ScheduleFreeAdamw {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 10;
  V begins, beta2, beta2Rest, root, epsilon, rate, shareRest, share, uStep, lr;

  void operator()(V& p, V g, V& z, V& v) const {
    z = select(begins, p, z);
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V u = add(div(mul(g, root), add(sqrt(v), epsilon)), mul(p, rate));
    p = add(add(mul(p, shareRest), mul(z, share)), mul(u, uStep));
    z = sub(z, mul(u, lr));
  }
};

template <class V>
struct ScheduleFreeAdamwEval {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int coefficients = 2;
  static constexpr bool stages = false;
  V ofY, ofZ;

  void operator()(V& p, V g, V& z) const { p = add(mul(p, ofY), mul(z, ofZ)); }
};
