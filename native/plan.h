// A step over all tensors of one optimizer: what is to be done, cut into claims for the threads. The cut
// cannot change a result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels.h"

namespace lanestep {

// A tensor whose row is this sits out the step.
constexpr std::uint32_t skipped = 0xffffffff;

// A part of the work: some whole tensors, or a piece of one.
struct Claim {
  std::size_t first, last;  // tensors [first, last)
  std::size_t begin, end;   // of a piece of one: its elements; else 0
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
  const double* rows = nullptr;              // [tensors.size()][rowLength]
  const std::uint32_t* rowOf = nullptr;      // [tensors.size()], a row or `skipped`
  const std::uint32_t* variantOf = nullptr;  // [tensors.size()], an index of set->variants

  // Whether a tensor is read elsewhere than it is written.
  bool moving = false;

  void step(unsigned threads, bool wakes = true) noexcept;

  // What a tensor is updated with at the step that JavaScript has prepared; null where it has no gradient or
  // no row, and so sits it out.
  Kernel kernelOf(std::size_t index) const noexcept;
};

}  // namespace lanestep
