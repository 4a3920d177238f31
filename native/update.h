// A step over all tensors of one optimizer: what is to be done, cut into claims for the threads and into
// chunks for the caches. Neither cut can change a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"

namespace lanestep {

// A row of numbers for a step, shared with JavaScript: the stages' three, then the rule's coefficients.
enum Row : std::size_t { gradientFactor, decayRate, shrinkKeep, ruleCoefficients };
constexpr std::size_t rowLength = ruleCoefficients + maxCoefficients;

// A tensor whose row is this sits out the step.
constexpr std::uint32_t skipped = 0xffffffff;

struct Tensor {
  std::size_t n;
  bool wide;  // doubles
  void* p;
  const void* g;     // null until a gradient is bound
  const void* from;  // where p is before the next step, if not where it is to be after it
  void* slots[maxSlots];
};

// A part of the work: some whole tensors, or a piece of one.
struct Claim {
  std::size_t first, last;  // tensors [first, last)
  std::size_t begin, end;   // elements of the one tensor, where there is but one
};

// Things that lie one after another in memory of somebody else's.
template <class T>
struct List {
  T* first = nullptr;
  std::size_t count = 0;
  std::size_t size() const noexcept { return count; }
  T& operator[](std::size_t index) const noexcept { return first[index]; }
  T* begin() const noexcept { return first; }
  T* end() const noexcept { return first + count; }
};

// Cuts tensors into claims.
std::vector<Claim> cut(const std::vector<Tensor>& tensors);

struct Plan {
  const InstructionSet* set;
  List<Tensor> tensors;
  List<Claim> claims;

  // Shared with JavaScript, which writes them before each step.
  const double* rows = nullptr;           // [tensors.size()][rowLength]
  const std::uint32_t* rowOf = nullptr;   // [tensors.size()], a row or `skipped`
  const std::uint32_t* ruleOf = nullptr;  // [tensors.size()], an index of set->rules

  // Whether a tensor has a `from`.
  bool moving = false;

  void step(unsigned threads, bool wakes = true) noexcept;

  // Whether a tensor has a gradient and a row, and so takes part in the step that JavaScript has prepared.
  bool takesPart(std::size_t index) const noexcept;
};

}  // namespace lanestep
