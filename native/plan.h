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
  std::size_t begin, end;   // of a piece of one: its elements, or its bands if it is a grid; else 0
};

// How many elements a slot has: none, as many as its parameter, one for each row, one for each column.
enum class Extent : std::uint8_t { none, full, row, column };

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

// A tensor that is walked row by row: matrices of one size, one after the other. The rows of a matrix are
// cut into bands of one height, by their shape alone; each band has sums of its own.
struct Grid {
  std::size_t matrices, rows, columns;
  std::size_t height;  // rows of a band; 0: the tensor is no grid
  double* rowSums;     // [maxSums][matrices][rows]
  double* columnSums;  // [bands][columns]
  Extent extents[maxSlots];

  bool walked() const noexcept { return height != 0; }
  std::size_t bandsOfOne() const noexcept { return (rows + height - 1) / height; }
  std::size_t bands() const noexcept { return matrices * bandsOfOne(); }
};

// How many elements there are in an extent of a grid that has n of them.
std::size_t lengthOf(const Grid& grid, Extent extent, std::size_t n) noexcept;

// Cuts tensors into claims. There is a grid for each of them, or for none.
std::vector<Claim> cut(const std::vector<Tensor>& tensors, const std::vector<Grid>& grids = {});

struct Plan {
  const InstructionSet* set;
  List<Tensor> tensors;
  List<Claim> claims;
  List<Grid> grids;  // one for each tensor, or none at all

  // Shared with JavaScript, which writes them before each step.
  const double* rows = nullptr;              // [tensors.size()][rowLength]
  const std::uint32_t* rowOf = nullptr;      // [tensors.size()], a row or `skipped`
  const std::uint32_t* variantOf = nullptr;  // [tensors.size()], an index of set->variants

  // For work on whole matrices; null where no rule of the plan has such.
  void* room = nullptr;

  // Whether a tensor is read elsewhere than it is written.
  bool moving = false;

  void step(unsigned threads, bool wakes = true) noexcept;

  // What a tensor is updated with at the step that JavaScript has prepared; null where it has no gradient or
  // no row, and so sits it out.
  Kernel kernelOf(std::size_t index) const noexcept;

  // How many elements a slot of a tensor has, if there is one.
  std::size_t slotLength(std::size_t index, int slot) const noexcept;

 private:
  // What is done to whole matrices at that step: one after the other, each by all threads.
  void stepWhole(unsigned threads, bool wakes) const noexcept;
};

}  // namespace lanestep
