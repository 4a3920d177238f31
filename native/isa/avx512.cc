// AVX-512: sixteen floats, or eight doubles; the ends of a run are masked.
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

#include <cstdint>
#include <utility>

#include "../kernels.h"
#include "region.h"

TARGET_BEGIN("avx512f")
namespace lanestep {
namespace {

constexpr int registers = 32;

struct F32 {
  using Lane = float;
  static constexpr std::size_t lanes = 16;
  static constexpr bool masks = true;
  __m512 x;
  static __mmask16 first(std::size_t count) { return static_cast<__mmask16>((1u << count) - 1); }
  static F32 of(float x) { return {_mm512_set1_ps(x)}; }
  static F32 load(const float* from) { return {_mm512_loadu_ps(from)}; }
  static F32 load(const float* from, std::size_t count) {
    return {_mm512_maskz_loadu_ps(first(count), from)};
  }
  void store(float* to) const { _mm512_storeu_ps(to, x); }
  void store(float* to, std::size_t count) const { _mm512_mask_storeu_ps(to, first(count), x); }
};
inline F32 add(F32 a, F32 b) { return {_mm512_add_ps(a.x, b.x)}; }
inline F32 sub(F32 a, F32 b) { return {_mm512_sub_ps(a.x, b.x)}; }
inline F32 mul(F32 a, F32 b) { return {_mm512_mul_ps(a.x, b.x)}; }
inline F32 div(F32 a, F32 b) { return {_mm512_div_ps(a.x, b.x)}; }
inline F32 sqrt(F32 a) { return {_mm512_sqrt_ps(a.x)}; }
inline F32 max(F32 a, F32 b) { return {_mm512_max_ps(a.x, b.x)}; }
inline F32 min(F32 a, F32 b) { return {_mm512_min_ps(a.x, b.x)}; }
inline F32 abs(F32 a) { return {_mm512_abs_ps(a.x)}; }
inline __mmask16 above(F32 a, F32 b) { return _mm512_cmp_ps_mask(a.x, b.x, _CMP_GT_OQ); }
inline F32 select(F32 c, F32 a, F32 b) { return {_mm512_mask_blend_ps(above(c, F32::of(0)), b.x, a.x)}; }
inline F32 neg(F32 a) {
  return {_mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(a.x), _mm512_set1_epi32(INT32_MIN)))};
}
inline F32 sign(F32 a) {
  const F32 zero = F32::of(0), one = F32::of(1);
  return {
      _mm512_sub_ps(_mm512_maskz_mov_ps(above(a, zero), one.x), _mm512_maskz_mov_ps(above(zero, a), one.x))};
}

struct F64 {
  using Lane = double;
  static constexpr std::size_t lanes = 8;
  static constexpr bool masks = true;
  __m512d x;
  static __mmask8 first(std::size_t count) { return static_cast<__mmask8>((1u << count) - 1); }
  static F64 of(double x) { return {_mm512_set1_pd(x)}; }
  static F64 load(const double* from) { return {_mm512_loadu_pd(from)}; }
  static F64 load(const double* from, std::size_t count) {
    return {_mm512_maskz_loadu_pd(first(count), from)};
  }
  void store(double* to) const { _mm512_storeu_pd(to, x); }
  void store(double* to, std::size_t count) const { _mm512_mask_storeu_pd(to, first(count), x); }
};
inline F64 add(F64 a, F64 b) { return {_mm512_add_pd(a.x, b.x)}; }
inline F64 sub(F64 a, F64 b) { return {_mm512_sub_pd(a.x, b.x)}; }
inline F64 mul(F64 a, F64 b) { return {_mm512_mul_pd(a.x, b.x)}; }
inline F64 div(F64 a, F64 b) { return {_mm512_div_pd(a.x, b.x)}; }
inline F64 sqrt(F64 a) { return {_mm512_sqrt_pd(a.x)}; }
inline F64 max(F64 a, F64 b) { return {_mm512_max_pd(a.x, b.x)}; }
inline F64 min(F64 a, F64 b) { return {_mm512_min_pd(a.x, b.x)}; }
inline F64 abs(F64 a) { return {_mm512_abs_pd(a.x)}; }
inline __mmask8 above(F64 a, F64 b) { return _mm512_cmp_pd_mask(a.x, b.x, _CMP_GT_OQ); }
inline F64 select(F64 c, F64 a, F64 b) { return {_mm512_mask_blend_pd(above(c, F64::of(0)), b.x, a.x)}; }
inline F64 neg(F64 a) {
  return {_mm512_castsi512_pd(_mm512_xor_si512(_mm512_castpd_si512(a.x), _mm512_set1_epi64(INT64_MIN)))};
}
inline F64 sign(F64 a) {
  const F64 zero = F64::of(0), one = F64::of(1);
  return {
      _mm512_sub_pd(_mm512_maskz_mov_pd(above(a, zero), one.x), _mm512_maskz_mov_pd(above(zero, a), one.x))};
}

// The lower half of a vector of floats, or the upper one, as doubles.
template <int half>
inline F64 widen(F32 a) {
  const __m512d both = _mm512_castps_pd(a.x);
  return {_mm512_cvtps_pd(
      _mm256_castpd_ps(half == 0 ? _mm512_castpd512_pd256(both) : _mm512_extractf64x4_pd(both, 1)))};
}

#include "../rules/list.h"

}  // namespace
extern const InstructionSet avx512;
const InstructionSet avx512 = instructionSet("avx512");
}  // namespace lanestep
TARGET_END
#endif
