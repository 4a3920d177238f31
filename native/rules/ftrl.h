// FTRL-Proximal: the parameter follows from the sum of the gradients and that of their squares. A sum of
// squares is raised to a power by its binary digits: that of 2^-k asks for a root of a root …, k times. What
// is left of the digits, less than 2^-24, takes two terms of the binomial series. Without the flag it is the
// root.
template <class V>
inline V raised(V x, V one, V whole, V digits, V weight1, V weight2) {
  V root = x;
  V rest = digits;
  V product = select(whole, x, one);
  for (int k = 0; k < 24; k++) {
    root = sqrt(root);
    rest = add(rest, rest);
    const V below = sub(one, rest);
    product = select(below, product, mul(product, root));
    rest = select(below, rest, sub(rest, one));
  }
  const V beyond = sub(root, one);
  product = mul(product, add(one, mul(beyond, add(weight1, mul(beyond, weight2)))));
  return product;
}

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
