// What is done to an element before the rule, in this order: the gradient times a factor (a gradient scale,
// its sign turned by `maximize`); coupled weight decay (L2); decoupled weight decay, keep = 1 - lr
// weightDecay. To multiply by 1 changes no bit, but to add 0 p turns -0 into 0 and infinity into NaN: so a
// form with decay is for rates other than 0 only, and one that scales is for all factors.
template <class V, bool scales, class Decays>
struct Before {
  V factor, rate, keep;
  Decays decays;  // known to the compiler, or a bool

  void operator()(V& p, V& g) const {
    if (scales) g = mul(g, factor);
    if (decays) g = add(g, mul(p, rate));
    if (scales) p = mul(p, keep);
  }
};
