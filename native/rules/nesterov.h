// Nesterov's accelerated gradient in Sutskever's form: with `ahead`, the way to the look-ahead point, with
// `back`, the way back from there; without flags, the update from the `origin` that was left there, with the
// gradient taken at that point.
template <class V, bool ahead, bool back>
struct Nesterov {
  static constexpr bool keeps[] = {true, true};
  static constexpr bool changes[] = {!ahead && !back, ahead};
  static constexpr int coefficients = 2;
  static constexpr bool stages = !ahead && !back;
  static constexpr bool decays = stages;
  static constexpr bool light = true;
  V momentum, lr;

  void operator()(V& p, V g, V& v, V& origin) const {
    if (ahead) origin = p;
    if (ahead) p = add(origin, mul(v, momentum));
    if (back) p = origin;
    if (!ahead && !back) v = sub(mul(v, momentum), mul(g, lr));
    if (!ahead && !back) p = add(origin, v);
  }
};
