// What an instruction set offers: one entry for every variant of every rule, and the stages.
#pragma once

#include <cstddef>

namespace lanestep {

// No rule has more letters of state than this (`m`, `v` and `vmax` of AMSGrad).
constexpr int maxSlots = 3;

// No rule reads more coefficients than this.
constexpr int maxCoefficients = 8;

// A run of elements of one tensor, as a kernel sees it. The pointers are to floats or to doubles, as the
// kernel was compiled; `g` and `out` may be the same.
struct Run {
  std::size_t n;
  void* p;
  const void* g;
  void* out;                   // where a stage writes the gradient that it changed
  void* slots[maxSlots];       // null where the variant keeps no such slot
  const double* coefficients;  // rounded once to the element's type by the kernel
};

using Kernel = void (*)(const Run&) noexcept;

// A kernel for each element type.
struct Kernels {
  const char* name;  // the rule's name, then its flags: "adam", "adam.amsgrad"
  Kernel float32;
  Kernel float64;
};

struct InstructionSet {
  const char* name;
  const Kernels* rules;
  std::size_t ruleCount;
  Kernels scale;   // g * factor, for a gradient scale and for `maximize`
  Kernels decay;   // g + rate * p, coupled weight decay
  Kernels shrink;  // p * keep, decoupled weight decay
};

}  // namespace lanestep
