// Schedule-free SGD: `p` is y, where gradients are taken; z takes the steps, and the average of all z is x,
// which lies on the line through y and z.
template <class V>
struct ScheduleFreeSgd {
  static constexpr bool keeps[] = {true};
  static constexpr bool light = true;
  static constexpr bool decays = true;
  static constexpr int coefficients = 5;
  V begins, shareRest, share, gStep, lr;

  void operator()(V& p, V g, V& z) const {
    z = select(begins, p, z);
    p = add(add(mul(p, shareRest), mul(z, share)), mul(g, gStep));
    z = sub(z, mul(g, lr));
  }
};
