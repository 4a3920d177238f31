// The words of the arithmetic as ARCHITECTURE.md has them, in C++'s own operators. Always compiled without
// contraction, whatever the kernels are compiled with.
#include "scalar.h"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace lanestep {
namespace {

// Where kernels read while they are watched.
constexpr int mostReads = 16;
const void* reads[mostReads];
int readCount = -1;

template <class T>
struct Scalar {
  using Lane = T;
  static constexpr std::size_t lanes = 1;
  static constexpr bool masks = false;
  T x;
  static Scalar of(T x) { return {x}; }
  static Scalar load(const T* from) {
    if (readCount >= 0 && readCount < mostReads) reads[readCount++] = from;
    return {*from};
  }
  static Scalar load(const T* from, std::size_t) { return load(from); }
  void store(T* to) const { *to = x; }
  void store(T* to, std::size_t) const { *to = x; }
};

template <class T>
Scalar<T> add(Scalar<T> a, Scalar<T> b) {
  return {a.x + b.x};
}
template <class T>
Scalar<T> sub(Scalar<T> a, Scalar<T> b) {
  return {a.x - b.x};
}
template <class T>
Scalar<T> mul(Scalar<T> a, Scalar<T> b) {
  return {a.x * b.x};
}
template <class T>
Scalar<T> div(Scalar<T> a, Scalar<T> b) {
  return {a.x / b.x};
}
template <class T>
Scalar<T> sqrt(Scalar<T> a) {
  return {std::sqrt(a.x)};
}
template <class T>
Scalar<T> max(Scalar<T> a, Scalar<T> b) {
  return {a.x > b.x ? a.x : b.x};
}
template <class T>
Scalar<T> min(Scalar<T> a, Scalar<T> b) {
  return {a.x < b.x ? a.x : b.x};
}
template <class T>
Scalar<T> neg(Scalar<T> a) {
  return {-a.x};
}
template <class T>
Scalar<T> abs(Scalar<T> a) {
  return {std::fabs(a.x)};
}
template <class T>
Scalar<T> sign(Scalar<T> a) {
  return {static_cast<T>((a.x > 0) - (a.x < 0))};
}
template <class T>
Scalar<T> select(Scalar<T> c, Scalar<T> a, Scalar<T> b) {
  return {c.x > 0 ? a.x : b.x};
}

using F32 = Scalar<float>;
using F64 = Scalar<double>;

constexpr int registers = 16;

template <int half>
F64 widen(F32 a) {
  return {a.x};
}

#include "../../native/rules/list.h"

constexpr InstructionSet set = instructionSet("scalar");

}  // namespace

namespace fuzz {

const InstructionSet& scalar() { return set; }

bool keeps(std::size_t variant, int slot) {
  // Whole matrices are not walked, and so not drawn.
  if (set.variants[variant].whole) return false;
  float p = 1, g = 1, s[maxSlots] = {};
  const float row[rowLength] = {1, 0, 1};
  double sums[maxSums], column = 0;
  Tensor element = {1, &p, &p, &g, {}, sums, false, &column};
  for (int k = 0; k < maxSlots; k++) element.slots[k] = &s[k];
  readCount = 0;
  set.variants[variant].float32[bare](&element, 1, row);
  bool kept = false;
  for (int i = 0; i < readCount; i++) kept = kept || reads[i] == &s[slot];
  readCount = -1;
  return kept;
}

int sumsOf(std::size_t variant) {
  static const std::vector<int> counts = [] {
    std::vector<int> all;
    for (const Variant& one : variants) {
      float p = 1, g = 1, s[maxSlots] = {};
      const float row[rowLength] = {1, 0, 1};
      // What no sum of these comes to.
      constexpr double none = -54321.25;
      double sums[maxSums] = {none, none, none, none};
      double column = 0;
      Tensor element = {1, &p, &p, &g, {}, sums, false, &column};
      for (int k = 0; k < maxSlots; k++) element.slots[k] = &s[k];
      if (!one.whole) one.float32[bare](&element, 1, row);
      int count = 0;
      while (count < maxSums && sums[count] != none) count++;
      all.push_back(count);
    }
    return all;
  }();
  return counts[variant];
}

}  // namespace fuzz
}  // namespace lanestep
