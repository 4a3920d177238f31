// The loop over the elements of tensors, the same for every rule. Like the rules, this file is included
// inside the target region and the anonymous namespace of one instruction set, after its vectors `F32` and
// `F64`.
//
// A vector type has `Lane` (its element), `lanes`, `load`, `store` and the words of the arithmetic. What is
// left at the end of a tensor goes through the same operations in the first lanes of a vector, together where
// the instruction set has masks (`V::masks`) and one by one elsewhere. So an element's bits cannot depend on
// its index.

#include "../stages/before.h"

// A function that is compiled once, whatever it is called with.
#if defined(_MSC_VER) && !defined(__clang__)
#define ONE_TEXT __declspec(noinline)
#elif defined(__clang__)
#define ONE_TEXT __attribute__((noinline))
#else
#define ONE_TEXT __attribute__((noinline, noclone))
#endif

// Elements before the first of `p` that begins a vector's width, for runs that are long enough to gain by it.
template <class V>
inline std::size_t leadIn(const typename V::Lane* p, std::size_t n) {
  const std::size_t beyond = reinterpret_cast<std::uintptr_t>(p) % sizeof(V);
  return !V::masks || n < 16 * V::lanes || beyond == 0 ? 0 : (sizeof(V) - beyond) / sizeof(typename V::Lane);
}

template <class S, class V, std::size_t... I>
inline S filled([[maybe_unused]] const typename V::Lane* numbers, std::index_sequence<I...>) {
  return S{V::of(numbers[I])...};
}

// One that neither divides nor takes roots is light: the multiplications of the stages would hold it up
// within the caches, while others hide them.
template <class R, class = void>
constexpr bool light = false;
template <class R>
constexpr bool light<R, std::void_t<decltype(R::light)>> = R::light;

// What a kernel says of itself, or else what most are: it has letters of state, the first of which is the
// first slot; it writes all that it reads, and the parameter; it adds up nothing.
template <class R, class = void>
struct Keeps {
  static constexpr int slots = 0;
  static constexpr bool of(int) { return false; }
};
template <class R>
struct Keeps<R, std::void_t<decltype(R::keeps)>> {
  static constexpr int slots = sizeof(R::keeps) / sizeof(R::keeps[0]);
  // The size first: clang knows an array of a template only once that was asked for.
  static constexpr bool of(int k) { return k < slots && R::keeps[k]; }
};

template <class R, class = void>
struct Changes {
  static constexpr bool all = true;
  static constexpr bool of(int k) { return Keeps<R>::of(k); }
};
template <class R>
struct Changes<R, std::void_t<decltype(R::changes)>> {
  static constexpr bool all = false;
  static constexpr int slots = sizeof(R::changes) / sizeof(R::changes[0]);
  static constexpr bool of(int k) { return Keeps<R>::of(k) && k < slots && R::changes[k]; }
};

// Which stages its rows ask for: coupled decay where the rule's options have it; none where it reads no
// gradient, or belongs to a rule that takes no options of the step. (test/agreement.test.ts)
template <class R, class = void>
constexpr bool decays = false;
template <class R>
constexpr bool decays<R, std::void_t<decltype(R::decays)>> = R::decays;

template <class R, class = void>
constexpr bool stages = true;
template <class R>
constexpr bool stages<R, std::void_t<decltype(R::stages)>> = R::stages;

template <class R, class = void>
constexpr int firstSlot = 0;
template <class R>
constexpr int firstSlot<R, std::void_t<decltype(R::first)>> = R::first;

template <class R, class = void>
constexpr bool moves = true;
template <class R>
constexpr bool moves<R, std::void_t<decltype(R::moves)>> = R::moves;

template <class R, class = void>
constexpr int sumsOf = 0;
template <class R>
constexpr int sumsOf<R, std::void_t<decltype(R::sums)>> = R::sums;

// How many of the first letters are one number for all elements: a row's.
template <class R, class = void>
constexpr int rowLetters = 0;
template <class R>
constexpr int rowLetters<R, std::void_t<decltype(R::rowLetters)>> = R::rowLetters;

// Whether the first letter is kept: not where a kernel of the same text is for what is no grid.
template <class R, class = void>
constexpr bool byRows = false;
template <class R>
constexpr bool byRows<R, std::void_t<decltype(R::rowLetters)>> = Keeps<R>::of(0);

// Whether a kernel has one more sum, which adds up each column by itself.
template <class R, class = void>
constexpr bool columns = false;
template <class R>
constexpr bool columns<R, std::void_t<decltype(R::columns)>> = R::columns;

template <class R, class = void>
constexpr bool largest = false;
template <class R>
constexpr bool largest<R, std::void_t<decltype(R::largest)>> = R::largest;

// The letters of state of one vector; an array of none is not to be had.
template <class R>
constexpr int slotsOf = Keeps<R>::slots;
template <class R>
constexpr int roomOf = slotsOf<R> == 0 ? 1 : slotsOf<R>;

// A rule, and the stages before it, with the numbers of a row.
template <template <class> class RuleOf, class Vector, bool scales, class Decays>
struct Element {
  using V = Vector;
  using Rule = RuleOf<V>;
  using Stages = Before<V, scales, Decays>;
  static_assert(slotsOf<Rule> + firstSlot<Rule> <= maxSlots && Rule::coefficients <= maxCoefficients &&
                    sumsOf<Rule> <= maxSums,
                "there is no room for more");

  const Stages before;
  const Rule rule;

  Element(const typename V::Lane* row, Decays decays)
      : before{V::of(row[Row::factor]), V::of(row[Row::rate]), V::of(row[Row::keep]), decays},
        rule(filled<Rule, V>(row + Row::coefficients, std::make_index_sequence<Rule::coefficients>())) {}

  // Updates a vector; `sums` are where its sums go.
  template <class... Sum>
  void update(V& p, V g, V (&s)[roomOf<Rule>], Sum&&... sums) const {
    before(p, g);
    apply(p, g, s, std::make_index_sequence<slotsOf<Rule>>(), sums...);
  }

 private:
  template <std::size_t... I, class... Sum>
  void apply(V& p, V g, V (&s)[roomOf<Rule>], std::index_sequence<I...>, Sum&&... sums) const {
    rule(p, g, s[I]..., sums...);
  }
};

// Where the letters of a tensor are.
template <class R, class V>
struct Letters {
  using Lane = typename V::Lane;
  const Lane* from;
  Lane* p;
  const Lane* g;
  Lane* s[roomOf<R>];
  double* columns;

  explicit Letters(const Tensor& tensor)
      : from(static_cast<const Lane*>(tensor.from)),
        p(static_cast<Lane*>(tensor.p)),
        g(static_cast<const Lane*>(tensor.g)),
        columns(tensor.columns) {
    for (int k = 0; k < slotsOf<R>; k++) s[k] = static_cast<Lane*>(tensor.slots[firstSlot<R> + k]);
  }
};

// Reads a number that the compiler sees no use for. A line that is only written comes into the cache slowly:
// with this `Nesterov` takes half the time on a Cascade Lake.
template <class Lane>
inline void touch(const Lane* at) {
  (void)*static_cast<const volatile Lane*>(at);
}

// Brings a line into the cache that will be read soon. It need not be there: no such read fails.
template <class Lane>
inline void fetch([[maybe_unused]] const Lane* at) {
#if defined(__GNUC__)
  __builtin_prefetch(at);
#elif defined(_M_X64)
  _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T0);
#endif
}

// A vector of elements from index i on, or its first elements, so many as `Count` says.
struct All {
  static constexpr bool whole = true;
  template <class V>
  V load(const typename V::Lane* from) const {
    return V::load(from);
  }
  template <class V>
  void store(V x, typename V::Lane* to) const {
    x.store(to);
  }
};
struct Some {
  static constexpr bool whole = false;
  std::size_t count;
  template <class V>
  V load(const typename V::Lane* from) const {
    return V::load(from, count);
  }
  template <class V>
  void store(V x, typename V::Lane* to) const {
    x.store(to, count);
  }
};

#include "sum.h"

template <class E, class Count, class... Sum>
inline void update(const E& element, const Letters<typename E::Rule, typename E::V>& at, std::size_t i,
                   Count count, Sum&&... sums) {
  using V = typename E::V;
  using R = typename E::Rule;
  V p = count.template load<V>(at.from + i);
  const V g = count.template load<V>(at.g + i);
  if constexpr (!Changes<R>::all) {
    if constexpr (moves<R>) touch(at.p + i);
    for (int k = rowLetters<R>; k < slotsOf<R>; k++)
      if (Keeps<R>::of(k)) touch(at.s[k] + i);
  }
  V s[roomOf<R>] = {};
  for (int k = 0; k < slotsOf<R>; k++)
    if (Keeps<R>::of(k)) s[k] = k < rowLetters<R> ? V::of(*at.s[k]) : count.template load<V>(at.s[k] + i);
  if constexpr (columns<R>) {
    element.update(p, g, s, sums..., Column<V, Count>{at.columns + i, count});
  } else {
    element.update(p, g, s, sums...);
  }
  if constexpr (moves<R>) count.store(p, at.p + i);
  for (int k = 0; k < slotsOf<R>; k++)
    if (Changes<R>::of(k)) count.store(s[k], at.s[k] + i);
}

template <class E>
inline void updateTensor(const E& element, const Tensor& tensor) {
  using V = typename E::V;
  const Letters<typename E::Rule, V> at(tensor);
  const std::size_t n = tensor.n;
  std::size_t i = 0;
  // Up to the next whole vector of the parameter (the slots were laid at the same offset from a cache line);
  // the whole ones; and what is left.
  for (std::size_t stop = leadIn<V>(at.p, n);; stop = n) {
    for (std::size_t count; i < stop; i += count) {
      count = V::masks ? stop - i : 1;
      update(element, at, i, Some{count});
    }
    if (i == n) break;
    for (; i + V::lanes <= n; i += V::lanes) update(element, at, i, All{});
  }
}

#include "blocks.h"

template <class E>
inline void updateTensors(const E& element, const Tensor* tensor, std::size_t count) {
  for (const Tensor* const end = tensor + count; tensor < end; tensor++) {
    if constexpr (sumsOf<typename E::Rule> == 0)
      updateTensor(element, *tensor);
    else
      addUpTensor(element, *tensor);
  }
}

// Two forms of one text: a kernel that divides or takes roots hides the question whether there is coupled
// decay, and compilers ask it before a loop of whole vectors.
template <template <class> class Rule, class V>
ONE_TEXT void updateEither(const Tensor* tensor, std::size_t count, const void* row, bool decays) noexcept {
  const Element<Rule, V, true, bool> element(static_cast<const typename V::Lane*>(row), decays);
  updateTensors(element, tensor, count);
}

template <template <class> class Rule, class V, Form form>
void updateAll(const Tensor* tensor, std::size_t count, const void* row) noexcept {
  if constexpr (light<Rule<V>> || !decays<Rule<V>>) {
    using Decays = std::bool_constant<form == decayed>;
    const Element<Rule, V, form != bare, Decays> element(static_cast<const typename V::Lane*>(row), Decays());
    updateTensors(element, tensor, count);
  } else {
    updateEither<Rule, V>(tensor, count, row, form == decayed);
  }
}
