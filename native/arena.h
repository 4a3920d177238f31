// One stretch of memory for all that a plan has: its tensors, its claims, and the slots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace lanestep {

// How many bytes `layOut` needs at most. `kept` says for each tensor and letter which `Extent` that slot has;
// those of rows and columns are a grid's. There is a grid for each tensor, or for none.
std::size_t arenaBytes(const std::vector<Tensor>& tensors, const std::vector<Claim>& claims,
                       const std::uint8_t* kept, const std::vector<Grid>& grids = {}) noexcept;

// Puts them into so many zeroed bytes and gives the tensors their slots. `memory` begins a cache line.
void layOut(Plan& plan, void* memory, const std::vector<Tensor>& tensors, const std::vector<Claim>& claims,
            const std::uint8_t* kept, const std::vector<Grid>& grids = {}) noexcept;

}  // namespace lanestep
