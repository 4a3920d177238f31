#include "dispatch.h"

#if defined(_M_X64)
#include <intrin.h>
#endif

namespace lanestep {

#if defined(__x86_64__) || defined(_M_X64)

extern const InstructionSet avx512, avx2, sse2;

namespace {

#if defined(_M_X64) && !defined(__clang__)
// The processor's word for a feature, and the operating system's that it saves the registers.
bool has(int bit, unsigned long long registers) {
  int leaf[4];
  __cpuid(leaf, 0);
  if (leaf[0] < 7) return false;
  __cpuid(leaf, 1);
  const bool xsave = (leaf[2] >> 27) & 1;
  if (!xsave || (_xgetbv(0) & registers) != registers) return false;
  __cpuidex(leaf, 7, 0);
  return (leaf[1] >> bit) & 1;
}
bool hasAvx512() { return has(16, 0xe6); }
bool hasAvx2() { return has(5, 0x06); }
#else
bool hasAvx512() { return __builtin_cpu_supports("avx512f"); }
bool hasAvx2() { return __builtin_cpu_supports("avx2"); }
#endif

}  // namespace

std::size_t instructionSets(Offer* offers) noexcept {
  offers[0] = {&avx512, hasAvx512()};
  offers[1] = {&avx2, hasAvx2()};
  offers[2] = {&sse2, true};
  return 3;
}

#elif defined(__aarch64__) || defined(_M_ARM64)

extern const InstructionSet neon;

std::size_t instructionSets(Offer* offers) noexcept {
  offers[0] = {&neon, true};
  return 1;
}

#else
#error "lanestep has no kernels for this processor; its WebAssembly build serves here"
#endif

}  // namespace lanestep
