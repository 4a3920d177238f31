// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. Without the
// flag a sum of squares is not raised to a power, but its root is taken.
template <class V, bool power>
struct Ftrl {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 9;
  V inverse, shrinkage, ridge, l1, one, whole, digits, weight1, weight2;

  void operator()(V& p, V g, V& s, V& z) const {
    const V before = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    s = add(s, mul(g, g));
    const V after = power ? raised(s, one, whole, digits, weight1, weight2) : sqrt(s);
    z = add(z, sub(add(g, mul(p, shrinkage)), mul(mul(sub(after, before), inverse), p)));
    p = div(sub(max(neg(l1), min(z, l1)), z), add(mul(after, inverse), ridge));
  }
};
