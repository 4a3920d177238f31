// COCOB: bets on each element by itself, from a start that it keeps, with the reward that it has won so far.
// Two divisions, since a product of the two divisors would be lost where gradients are small.
template <class V, bool begins>
struct Cocob {
  static constexpr bool keeps[] = {true, true, true, true, true};
  static constexpr bool changes[] = {true, true, true, true, begins};
  static constexpr int coefficients = 3;
  static constexpr bool decays = true;
  V lr, alpha, zero;

  void operator()(V& p, V g, V& total, V& sum, V& reward, V& scale, V& start) const {
    if (begins) start = p;
    const V d = mul(g, lr);
    scale = max(scale, abs(d));
    sum = add(sum, abs(d));
    reward = max(sub(reward, mul(d, sub(p, start))), zero);
    total = sub(total, d);
    const V wealth = div(add(scale, reward), max(add(sum, scale), mul(scale, alpha)));
    p = add(start, mul(div(total, scale), wealth));
  }
};
