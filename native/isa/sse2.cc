// SSE2, which every x86-64 has: four floats, or two doubles; what is left goes one by one.
#if defined(__x86_64__) || defined(_M_X64)
#include <emmintrin.h>

#include <cstdint>
#include <utility>

#include "../kernels.h"

namespace lanestep {
namespace {

constexpr int registers = 16;

struct F32 {
  using Lane = float;
  static constexpr std::size_t lanes = 4;
  static constexpr bool masks = false;
  __m128 x;
  static F32 of(float x) { return {_mm_set1_ps(x)}; }
  static F32 load(const float* from) { return {_mm_loadu_ps(from)}; }
  static F32 load(const float* from, std::size_t) { return {_mm_load_ss(from)}; }
  void store(float* to) const { _mm_storeu_ps(to, x); }
  void store(float* to, std::size_t) const { _mm_store_ss(to, x); }
};
inline F32 add(F32 a, F32 b) { return {_mm_add_ps(a.x, b.x)}; }
inline F32 sub(F32 a, F32 b) { return {_mm_sub_ps(a.x, b.x)}; }
inline F32 mul(F32 a, F32 b) { return {_mm_mul_ps(a.x, b.x)}; }
inline F32 div(F32 a, F32 b) { return {_mm_div_ps(a.x, b.x)}; }
inline F32 sqrt(F32 a) { return {_mm_sqrt_ps(a.x)}; }
inline F32 max(F32 a, F32 b) { return {_mm_max_ps(a.x, b.x)}; }
inline F32 min(F32 a, F32 b) { return {_mm_min_ps(a.x, b.x)}; }
inline F32 neg(F32 a) { return {_mm_xor_ps(a.x, _mm_set1_ps(-0.0f))}; }
inline F32 abs(F32 a) { return {_mm_andnot_ps(_mm_set1_ps(-0.0f), a.x)}; }
inline __m128 above(F32 a, F32 b) { return _mm_cmpgt_ps(a.x, b.x); }
inline F32 select(F32 c, F32 a, F32 b) {
  const __m128 mask = above(c, F32::of(0));
  return {_mm_or_ps(_mm_and_ps(mask, a.x), _mm_andnot_ps(mask, b.x))};
}
inline F32 sign(F32 a) {
  const F32 zero = F32::of(0), one = F32::of(1);
  return {_mm_sub_ps(_mm_and_ps(above(a, zero), one.x), _mm_and_ps(above(zero, a), one.x))};
}

struct F64 {
  using Lane = double;
  static constexpr std::size_t lanes = 2;
  static constexpr bool masks = false;
  __m128d x;
  static F64 of(double x) { return {_mm_set1_pd(x)}; }
  static F64 load(const double* from) { return {_mm_loadu_pd(from)}; }
  static F64 load(const double* from, std::size_t) { return {_mm_load_sd(from)}; }
  void store(double* to) const { _mm_storeu_pd(to, x); }
  void store(double* to, std::size_t) const { _mm_store_sd(to, x); }
};
inline F64 add(F64 a, F64 b) { return {_mm_add_pd(a.x, b.x)}; }
inline F64 sub(F64 a, F64 b) { return {_mm_sub_pd(a.x, b.x)}; }
inline F64 mul(F64 a, F64 b) { return {_mm_mul_pd(a.x, b.x)}; }
inline F64 div(F64 a, F64 b) { return {_mm_div_pd(a.x, b.x)}; }
inline F64 sqrt(F64 a) { return {_mm_sqrt_pd(a.x)}; }
inline F64 max(F64 a, F64 b) { return {_mm_max_pd(a.x, b.x)}; }
inline F64 min(F64 a, F64 b) { return {_mm_min_pd(a.x, b.x)}; }
inline F64 neg(F64 a) { return {_mm_xor_pd(a.x, _mm_set1_pd(-0.0))}; }
inline F64 abs(F64 a) { return {_mm_andnot_pd(_mm_set1_pd(-0.0), a.x)}; }
inline __m128d above(F64 a, F64 b) { return _mm_cmpgt_pd(a.x, b.x); }
inline F64 select(F64 c, F64 a, F64 b) {
  const __m128d mask = above(c, F64::of(0));
  return {_mm_or_pd(_mm_and_pd(mask, a.x), _mm_andnot_pd(mask, b.x))};
}
inline F64 sign(F64 a) {
  const F64 zero = F64::of(0), one = F64::of(1);
  return {_mm_sub_pd(_mm_and_pd(above(a, zero), one.x), _mm_and_pd(above(zero, a), one.x))};
}

// The lower half of a vector of floats, or the upper one, as doubles.
template <int half>
inline F64 widen(F32 a) {
  return {_mm_cvtps_pd(half == 0 ? a.x : _mm_movehl_ps(a.x, a.x))};
}

#include "../rules/list.h"

}  // namespace
extern const InstructionSet sse2;
const InstructionSet sse2 = instructionSet("sse2");
}  // namespace lanestep
#endif
