// TensorFlow.js' Adagrad: epsilon stands under the root.
template <class V>
struct TfjsAdagrad {
  static constexpr bool keeps[] = {true};
  static constexpr int coefficients = 2;
  V lr, epsilon;

  void operator()(V& p, V g, V& s) const {
    s = add(s, mul(g, g));
    p = sub(p, mul(div(g, sqrt(add(s, epsilon))), lr));
  }
};
