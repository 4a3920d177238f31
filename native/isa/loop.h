// The loop over the elements of tensors, the same for every rule. Like the rules, this file is included
// inside the target region and the anonymous namespace of one instruction set, after its vectors `F32` and
// `F64`.
//
// A vector type has `Lane` (its element), `lanes`, `load`, `store` and the words of the arithmetic. What is
// left at the end of a tensor goes through the same operations in the first lanes of a vector, together where
// the instruction set has masks (`V::masks`) and one by one elsewhere. So an element's bits cannot depend on
// its index.

#include "../stages/before.h"

// Elements before the first of `p` that begins a vector's width, for runs that are long enough to gain by it.
template <class V>
inline std::size_t leadIn(const typename V::Lane* p, std::size_t n) {
  const std::size_t beyond = reinterpret_cast<std::uintptr_t>(p) % sizeof(V);
  return !V::masks || n < 16 * V::lanes || beyond == 0 ? 0 : (sizeof(V) - beyond) / sizeof(typename V::Lane);
}

template <class S, class V, std::size_t... I>
inline S filled(const double* numbers, std::index_sequence<I...>) {
  return S{V::of(static_cast<typename V::Lane>(numbers[I]))...};
}

// The least form of a rule. One that neither divides nor takes roots is `light`: two more multiplications
// would hold it up within the caches, while others hide them.
template <class R, class = void>
constexpr Form least = scaled;
template <class R>
constexpr Form least<R, std::void_t<decltype(R::light)>> = R::light ? bare : scaled;

// A rule, and the stages before it, with the numbers of a row.
template <template <class> class Rule, class V, Form form>
struct Element {
  using Stages = Before<V, form != bare, form == decayed>;
  static constexpr int slots = sizeof(Rule<V>::keeps) / sizeof(Rule<V>::keeps[0]);
  static_assert(slots <= maxSlots && Rule<V>::coefficients <= maxCoefficients, "a row holds no more");

  const Stages before;
  const Rule<V> rule;

  explicit Element(const double* row)
      : before(filled<Stages, V>(row, std::make_index_sequence<Row::coefficients>())),
        rule(filled<Rule<V>, V>(row + Row::coefficients, std::make_index_sequence<Rule<V>::coefficients>())) {
  }

  void update(V& p, V g, V (&s)[slots]) const { update(p, g, s, std::make_index_sequence<slots>()); }
  template <std::size_t... I>
  void update(V& p, V g, V (&s)[slots], std::index_sequence<I...>) const {
    before(p, g);
    rule(p, g, s[I]...);
  }
};

template <class V, int slots>
struct Letters {
  using Lane = typename V::Lane;
  const Lane* from;
  Lane* p;
  const Lane* g;
  Lane* s[slots];

  explicit Letters(const Tensor& tensor)
      : from(static_cast<const Lane*>(tensor.from)),
        p(static_cast<Lane*>(tensor.p)),
        g(static_cast<const Lane*>(tensor.g)) {
    for (int k = 0; k < slots; k++) s[k] = static_cast<Lane*>(tensor.slots[k]);
  }
};

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

// One vector of elements from index i, or its first `count`.
template <template <class> class Rule, class V, Form form, int slots, class... Count>
inline void update(const Element<Rule, V, form>& element, const Letters<V, slots>& at, std::size_t i,
                   Count... count) {
  using R = Rule<V>;
  V p = V::load(at.from + i, count...);
  const V g = V::load(at.g + i, count...);
  if constexpr (Access<R>::partial) {
    touch(at.p + i);
    for (int k = 0; k < slots; k++)
      if (R::keeps[k]) touch(at.s[k] + i);
  }
  V s[slots] = {};
  for (int k = 0; k < slots; k++)
    if (R::keeps[k]) s[k] = V::load(at.s[k] + i, count...);
  element.update(p, g, s);
  p.store(at.p + i, count...);
  for (int k = 0; k < slots; k++)
    if (Access<R>::writes(k)) s[k].store(at.s[k] + i, count...);
}

template <template <class> class Rule, class V, Form form>
void updateAll(const Tensor* tensor, std::size_t count, const double* row) noexcept {
  const Element<Rule, V, form> element(row);
  for (const Tensor* const end = tensor + count; tensor < end; tensor++) {
    const Letters<V, Element<Rule, V, form>::slots> at(*tensor);
    const std::size_t n = tensor->n;
    std::size_t i = 0;
    // Up to the next whole vector of the parameter (the slots were laid at the same offset from a cache
    // line); the whole ones; and what is left.
    for (std::size_t stop = leadIn<V>(at.p, n);; stop = n) {
      for (std::size_t count; i < stop; i += count) {
        count = V::masks ? stop - i : 1;
        update(element, at, i, count);
      }
      if (i == n) break;
      for (; i + V::lanes <= n; i += V::lanes) update(element, at, i);
    }
  }
}
