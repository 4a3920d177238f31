// TensorFlow.js' Adam: both moments are divided by their bias corrections, element by element; with the flag,
// the correction of the first is 1, as it is in float32 from some step on.
template <class V, bool settled>
struct TfjsAdam {
  static constexpr bool keeps[] = {true, true};
  static constexpr int coefficients = 8;
  V beta1, beta1Rest, beta2, beta2Rest, correction1, correction2, lr, epsilon;

  void operator()(V& p, V g, V& m, V& v) const {
    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const V first = settled ? m : div(m, correction1);
    p = sub(p, mul(div(first, add(sqrt(div(v, correction2)), epsilon)), lr));
  }
};
