// The cube root of a number at or above 0, denormals included, to within four units of the last place. The
// roots whose product is nearly that of 1/3 are a beginning; then four steps towards 1/z³ = a, by the first
// terms of the series, none of which leaves the range. Of 0 and infinity the series makes NaN, in whose place
// a part of the beginning stands.
template <class V>
inline V cubeRoot(V a) {
  const V t = sqrt(sqrt(a));
  const V u = sqrt(sqrt(t));
  const V w = sqrt(sqrt(u));
  const V x = sqrt(sqrt(w));
  const V near = mul(mul(mul(mul(t, u), w), x), sqrt(sqrt(x)));
  V z = div(V::of(1), near);
  V h = sub(V::of(1), mul(mul(mul(a, z), z), z));
  z = add(z, mul(z, mul(h, add(V::of(1.0 / 3), mul(h, V::of(2.0 / 9))))));
  h = sub(V::of(1), mul(mul(mul(a, z), z), z));
  z = add(z, mul(z, mul(h, add(V::of(1.0 / 3), mul(h, V::of(2.0 / 9))))));
  h = sub(V::of(1), mul(mul(mul(a, z), z), z));
  z = add(z, mul(z, mul(h, add(V::of(1.0 / 3), mul(h, V::of(2.0 / 9))))));
  h = sub(V::of(1), mul(mul(mul(a, z), z), z));
  z = add(z, mul(z, mul(h, add(V::of(1.0 / 3), mul(h, V::of(2.0 / 9))))));
  return max(div(V::of(1), z), mul(near, V::of(0.25)));
}
