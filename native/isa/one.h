// A vector of one lane, for what is left of a run where the instruction set has no masks. Included like
// loop.h.
template <class T>
struct One {
  using Lane = T;
  static constexpr std::size_t lanes = 1;
  static constexpr bool masks = false;
  T x;
  static One of(T x) { return {x}; }
  static One load(const T* from) { return {*from}; }
  void store(T* to) const { *to = x; }
};

template <class T>
inline One<T> add(One<T> a, One<T> b) {
  return {a.x + b.x};
}
template <class T>
inline One<T> sub(One<T> a, One<T> b) {
  return {a.x - b.x};
}
template <class T>
inline One<T> mul(One<T> a, One<T> b) {
  return {a.x * b.x};
}
template <class T>
inline One<T> div(One<T> a, One<T> b) {
  return {a.x / b.x};
}
template <class T>
inline One<T> max(One<T> a, One<T> b) {
  return {a.x > b.x ? a.x : b.x};
}
template <class T>
inline One<T> min(One<T> a, One<T> b) {
  return {a.x < b.x ? a.x : b.x};
}
template <class T>
inline One<T> neg(One<T> a) {
  return {-a.x};
}
template <class T>
inline One<T> sign(One<T> a) {
  return {T(a.x > 0) - T(a.x < 0)};
}
template <class T>
inline One<T> select(One<T> c, One<T> a, One<T> b) {
  return {c.x > 0 ? a.x : b.x};
}
inline One<float> sqrt(One<float> a) { return {std::sqrt(a.x)}; }
inline One<double> sqrt(One<double> a) { return {std::sqrt(a.x)}; }
inline One<float> abs(One<float> a) { return {std::fabs(a.x)}; }
inline One<double> abs(One<double> a) { return {std::fabs(a.x)}; }
