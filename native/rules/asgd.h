// Averaged SGD: `ax` is the parameter itself until averaging begins, then the running mean of the parameters.
template <class V>
struct Asgd {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 4;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V keep, eta, averaging, mu;

  void operator()(V& p, V g, V& ax) const {
    p = sub(mul(p, keep), mul(g, eta));
    ax = select(averaging, add(ax, mul(sub(p, ax), mu)), p);
  }
};
