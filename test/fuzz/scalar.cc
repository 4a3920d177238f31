// The words of the arithmetic as ARCHITECTURE.md has them, in C++'s own operators. Always compiled without
// contraction, whatever the kernels are compiled with.
#include "scalar.h"

#include <array>
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

// What no sum of the elements of `summed` comes to.
constexpr double none = -54321.25;

// What a variant adds up of so many elements alike.
void summed(const Variant& variant, std::size_t n, double (&sums)[maxSums]) {
  float p[] = {1, 1}, g[] = {1, 1}, s[maxSlots][2];
  for (auto& slot : s) slot[0] = slot[1] = 0.5F;
  float row[rowLength] = {1, 0, 1};
  for (std::size_t k = Row::coefficients; k < rowLength; k++) row[k] = 0.5F;
  for (double& sum : sums) sum = none;
  double column = 0;
  Tensor tensor = {n, p, p, g, {}, sums, false, &column};
  for (int k = 0; k < maxSlots; k++) tensor.slots[k] = s[k];
  if (!variant.whole) variant.float32[bare](&tensor, 1, row);
}

int sumsOf(std::size_t variant) {
  static const std::vector<int> counts = [] {
    std::vector<int> all;
    for (const Variant& one : variants) {
      double sums[maxSums];
      summed(one, 1, sums);
      int count = 0;
      while (count < maxSums && sums[count] != none) count++;
      all.push_back(count);
    }
    return all;
  }();
  return counts[variant];
}

bool largestOf(std::size_t variant, int sum) {
  static const std::vector<std::array<bool, maxSums>> all = [] {
    std::vector<std::array<bool, maxSums>> found;
    for (const Variant& one : variants) {
      double alone[maxSums], both[maxSums];
      summed(one, 1, alone);
      summed(one, 2, both);
      std::array<bool, maxSums> largest{};
      for (std::size_t k = 0; k < maxSums; k++)
        largest[k] = alone[k] != none && alone[k] != 0 && std::isfinite(alone[k]) && both[k] == alone[k];
      found.push_back(largest);
    }
    return found;
  }();
  return all[variant][static_cast<std::size_t>(sum)];
}

}  // namespace fuzz
}  // namespace lanestep
