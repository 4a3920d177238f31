// The instruction sets of this build, best first.
#pragma once

#include <cstddef>

#include "kernels.h"

namespace lanestep {

struct Offer {
  const InstructionSet* set;
  bool supported;  // by this processor and its operating system, and not disabled by the environment
};

// Fills `offers` (room for maxOffers) and returns how many there are.
constexpr std::size_t maxOffers = 3;
std::size_t instructionSets(Offer* offers) noexcept;

}  // namespace lanestep
