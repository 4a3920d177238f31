// MADGRAD: dual averaging, over the cube root of the weighted sum of squares. Without the flag for momentum
// the start is not kept, but found again from where the parameter is. A root of 0 has a product in the place
// of its quotient: nothing.
template <class V, bool momentum>
struct Madgrad {
  static constexpr bool keeps[] = {true, true, momentum};
  static constexpr int coefficients = 5;
  static constexpr bool decays = true;
  V lambda, epsilon, keep, rest, begins;

  void operator()(V& p, V g, V& sum, V& s, V& start) const {
    const V root = add(cubeRoot(sum), epsilon);
    if (momentum)
      start = select(begins, p, start);
    else
      start = add(p, select(root, div(s, root), mul(s, root)));
    sum = add(sum, mul(mul(g, g), lambda));
    s = add(s, mul(g, lambda));
    const V rms = add(cubeRoot(sum), epsilon);
    const V z = sub(start, select(rms, div(s, rms), mul(s, rms)));
    p = add(mul(p, keep), mul(z, rest));
  }
};
