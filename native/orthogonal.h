// Work on whole matrices of a plan: a slot is made orthogonal, nearly, by products of it with itself.
#pragma once

#include <cstddef>
#include <vector>

#include "plan.h"

namespace lanestep {

// The slot that is worked on. Its matrices are those of the tensor's grid.
constexpr int wholeSlot = 3;

// How many bytes the products of these tensors' grids need beside the slots; at most. All tensors share them.
std::size_t roomBytes(const InstructionSet& set, const std::vector<Tensor>& tensors,
                      const std::vector<Grid>& grids) noexcept;

// Newton-Schulz (Jordan et al. 2024), for each matrix X of a tensor, which lies on its side where it has more
// rows than columns:
//
//     X = X / size        steps times: A = X Xᵀ, X = a X + (b A + c A A) X
//
// `numbers` are size, a, b, c, steps. `room` begins a cache line and has the bytes that `roomBytes` says.
void newtonSchulz(const InstructionSet& set, const Tensor& tensor, const Grid& grid, const double* numbers,
                  void* room, unsigned threads, bool wakes) noexcept;

}  // namespace lanestep
