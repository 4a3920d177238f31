// Nesterov's accelerated gradient in Sutskever's form: with the flag, the way to the look-ahead point;
// without it, the update from the `origin` that was left there, with the gradient taken at that point.
template <class V, bool ahead>
struct Nesterov {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {!ahead, ahead};
  static constexpr int coefficients = 2;
  V momentum, lr;

  void operator()(V& p, V g, V& v, V& origin) const {
    if (ahead) origin = p;
    if (ahead) p = add(origin, mul(v, momentum));
    if (!ahead) v = sub(mul(v, momentum), mul(g, lr));
    if (!ahead) p = add(origin, v);
  }
};
