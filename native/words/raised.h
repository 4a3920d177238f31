// A number at or above 0 raised to a power from 0 to 1 by its binary digits: that of 2^-k asks for a root of
// a root …, k times. What is left of the digits, less than 2^-24, takes two terms of the binomial series,
// whose weights are given. `whole` is the power's whole part, 0 or 1.
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
