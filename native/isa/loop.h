// The loops over the elements of a run, the same for every rule and stage. Like the rules, this file is
// included inside the target region and the anonymous namespace of one instruction set, after its vectors
// `F32` and `F64`.
//
// A vector type has `Lane` (its element), `lanes`, `load`, `store` and the words of the arithmetic. What is
// left at the end of a run goes through the same rule, masked where the instruction set has masks
// (`V::masks`) and as a vector of one lane elsewhere (one.h). So an element's bits cannot depend on its
// index.

#include "one.h"

template <class V>
inline V splat(typename V::Lane x) {
  return V::of(x);
}

// Elements before the first of `p` that begins a vector's width, for runs that are long enough to gain by it.
template <class V>
inline std::size_t leadIn(const typename V::Lane* p, std::size_t n) {
  const std::size_t beyond = reinterpret_cast<std::uintptr_t>(p) % sizeof(V);
  return n < 16 * V::lanes || beyond == 0 ? 0 : (sizeof(V) - beyond) / sizeof(typename V::Lane);
}

template <class R, class V, std::size_t... I>
inline R filled(const double* c, std::index_sequence<I...>) {
  return R{splat<V>(static_cast<typename V::Lane>(c[I]))...};
}

template <class V, int slots>
struct Letters {
  using Lane = typename V::Lane;
  Lane* p;
  const Lane* g;
  Lane* s[slots];
};

template <class R, class V, int slots>
inline void invoke(const R& rule, V& p, V g, V (&s)[slots]) {
  if constexpr (slots == 1) rule(p, g, s[0]);
  if constexpr (slots == 2) rule(p, g, s[0], s[1]);
  if constexpr (slots == 3) rule(p, g, s[0], s[1], s[2]);
}

// Most rules read and write all that they have. One that leaves some of its slots alone has `changes`.
template <class R, class = void>
struct Access {
  static constexpr bool partial = false;
  static constexpr bool writes(int k) { return R::keeps[k]; }
};
template <class R>
struct Access<R, std::void_t<decltype(R::changes)>> {
  static constexpr bool partial = true;
  static constexpr bool writes(int k) { return R::keeps[k] && R::changes[k]; }
};

// Reads a number that the compiler sees no use for. A line that is only written comes into the cache slowly:
// with this `Nesterov` takes half the time on a Cascade Lake.
template <class Lane>
inline void touch(const Lane* at) {
  (void)*static_cast<const volatile Lane*>(at);
}

// One vector of elements from index i, `count` of them where the vector has masks.
template <class R, class V, int slots, class... Count>
inline void update(const R& rule, const Letters<V, slots>& at, std::size_t i, Count... count) {
  V p = V::load(at.p + i, count...);
  const V g = V::load(at.g + i, count...);
  if constexpr (Access<R>::partial) {
    touch(at.p + i);
    for (int k = 0; k < slots; k++)
      if (R::keeps[k]) touch(at.s[k] + i);
  }
  V s[slots] = {};
  for (int k = 0; k < slots; k++)
    if (R::keeps[k]) s[k] = V::load(at.s[k] + i, count...);
  invoke<R, V, slots>(rule, p, g, s);
  p.store(at.p + i, count...);
  for (int k = 0; k < slots; k++)
    if (Access<R>::writes(k)) s[k].store(at.s[k] + i, count...);
}

template <template <class> class Rule, class V>
void updateRun(const Run& run) noexcept {
  using R = Rule<V>;
  using Lane = typename V::Lane;
  constexpr int slots = sizeof(R::keeps) / sizeof(R::keeps[0]);
  static_assert(slots <= maxSlots && R::coefficients <= maxCoefficients, "a row holds no more");

  const auto indices = std::make_index_sequence<R::coefficients>();
  const R rule = filled<R, V>(run.coefficients, indices);
  Letters<V, slots> at = {static_cast<Lane*>(run.p), static_cast<const Lane*>(run.g), {}};
  for (int k = 0; k < slots; k++) at.s[k] = static_cast<Lane*>(run.slots[k]);

  const std::size_t n = run.n;
  std::size_t i = 0;
  if constexpr (V::masks) {
    // Up to the next whole vector of the parameter; the slots were laid at the same offset from a cache line.
    const std::size_t lead = leadIn<V>(at.p, n);
    if (lead) update(rule, at, 0, lead);
    for (i = lead; i + V::lanes <= n; i += V::lanes) update(rule, at, i);
    if (i < n) update(rule, at, i, n - i);
  } else {
    using N = One<Lane>;
    for (; i + V::lanes <= n; i += V::lanes) update(rule, at, i);
    const Rule<N> narrow = filled<Rule<N>, N>(run.coefficients, indices);
    Letters<N, slots> rest = {at.p, at.g, {}};
    for (int k = 0; k < slots; k++) rest.s[k] = at.s[k];
    for (; i < n; i++) update(narrow, rest, i);
  }
}

template <class S, class V, class... Count>
inline void change(const S& stage, const Run& run, std::size_t i, Count... count) {
  using Lane = typename V::Lane;
  V p = V::load(static_cast<Lane*>(run.p) + i, count...);
  if constexpr (S::changesGradient) {
    V g = V::load(static_cast<const Lane*>(run.g) + i, count...);
    stage(p, g);
    g.store(static_cast<Lane*>(run.out) + i, count...);
  } else {
    V g = p;
    stage(p, g);
    p.store(static_cast<Lane*>(run.p) + i, count...);
  }
}

template <template <class> class Stage, class V>
void changeRun(const Run& run) noexcept {
  const auto one = std::make_index_sequence<1>();
  const Stage<V> stage = filled<Stage<V>, V>(run.coefficients, one);
  std::size_t i = 0;
  for (; i + V::lanes <= run.n; i += V::lanes) change<Stage<V>, V>(stage, run, i);
  if constexpr (V::masks) {
    if (i < run.n) change<Stage<V>, V>(stage, run, i, run.n - i);
  } else {
    using N = One<typename V::Lane>;
    const Stage<N> narrow = filled<Stage<N>, N>(run.coefficients, one);
    for (; i < run.n; i++) change<Stage<N>, N>(narrow, run, i);
  }
}
