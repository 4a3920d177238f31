// getenv is standard C++; MSVC warns of it.
#define _CRT_SECURE_NO_WARNINGS
#include "dispatch.h"

#include <cstdlib>
#include <string_view>

#if defined(_M_X64)
#include <intrin.h>
#endif

namespace lanestep {

namespace {

// Whether LANESTEP_DISABLE_ISA, a list of names between commas, takes this set away: the way to test as on a
// lesser processor. TypeScript refuses names that there are not (src/environment.ts).
bool disabled(std::string_view name) noexcept {
  const char* const text = std::getenv("LANESTEP_DISABLE_ISA");
  for (std::string_view rest = text == nullptr ? "" : text; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) == name) return true;
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  return false;
}

}  // namespace

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
  // Asked once: another thread may change the environment later.
  static const bool offered[] = {hasAvx512() && !disabled("avx512"), hasAvx2() && !disabled("avx2"),
                                 !disabled("sse2")};
  offers[0] = {&avx512, offered[0]};
  offers[1] = {&avx2, offered[1]};
  offers[2] = {&sse2, offered[2]};
  return 3;
}

#elif defined(__aarch64__) || defined(_M_ARM64)

extern const InstructionSet neon;

std::size_t instructionSets(Offer* offers) noexcept {
  static const bool offered = !disabled("neon");
  offers[0] = {&neon, offered};
  return 1;
}

#else
#error "lanestep has no kernels for this processor; its WebAssembly build serves here"
#endif

}  // namespace lanestep
