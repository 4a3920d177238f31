// Cautious weight decay: an element decays only where its update does not lead away from zero.
template <class V>
struct CautiousDecay {
  static constexpr bool keeps[] = {true};
  static constexpr bool changes[] = {false};
  static constexpr int first = maxSlots - 1;
  static constexpr bool light = true;
  static constexpr int coefficients = 2;
  static constexpr bool stages = false;
  V zero, rate;

  void operator()(V& p, V g, V& origin) const {
    const V against = neg(mul(sign(sub(origin, p)), sign(origin)));
    p = sub(p, select(against, zero, mul(origin, rate)));
  }
};
