// TensorFlow.js' Adadelta: the step is divided by the root of the average before this step's gradient.
template <class V>
struct TfjsAdadelta {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 4;
  V lr, rho, rhoRest, epsilon;

  void operator()(V& p, V g, V& s, V& a) const {
    const V d = mul(div(sqrt(add(a, epsilon)), sqrt(add(s, epsilon))), g);
    s = add(mul(s, rho), mul(mul(g, g), rhoRest));
    a = add(mul(a, rho), mul(mul(d, d), rhoRest));
    p = sub(p, mul(d, lr));
  }
};
