// Aggregated momentum: a step along the sum of one to four buffers, each with a momentum of its own.
template <class V, bool two, bool three, bool four>
struct Aggmo {
  static constexpr bool keeps[] = {true, two, three, four};
  static constexpr int coefficients = 5;
  static constexpr bool decays = true;
  static constexpr bool light = true;
  V beta1, beta2, beta3, beta4, stepSize;

  void operator()(V& p, V g, V& b1, V& b2, V& b3, V& b4) const {
    b1 = add(mul(b1, beta1), g);
    if (two) b2 = add(mul(b2, beta2), g);
    if (three) b3 = add(mul(b3, beta3), g);
    if (four) b4 = add(mul(b4, beta4), g);
    const V sum2 = two ? add(b1, b2) : b1;
    const V sum3 = three ? add(sum2, b3) : sum2;
    const V sum4 = four ? add(sum3, b4) : sum3;
    p = sub(p, mul(sum4, stepSize));
  }
};
