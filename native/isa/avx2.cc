// AVX2 (without FMA, which would change bits): eight floats, or four doubles; the ends of a run are masked.
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>

#include <cstdint>
#include <utility>

#include "../kernels.h"
#include "region.h"

TARGET_BEGIN("avx2")
namespace lanestep {
namespace {

constexpr int registers = 16;

// `count` lanes are on in the window that begins `count` before the middle.
constexpr std::int32_t window32[16] = {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0};
constexpr std::int64_t window64[8] = {-1, -1, -1, -1, 0, 0, 0, 0};

struct F32 {
  using Lane = float;
  static constexpr std::size_t lanes = 8;
  static constexpr bool masks = true;
  __m256 x;
  static __m256i first(std::size_t count) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(window32 + lanes - count));
  }
  static F32 of(float x) { return {_mm256_set1_ps(x)}; }
  static F32 load(const float* from) { return {_mm256_loadu_ps(from)}; }
  static F32 load(const float* from, std::size_t count) { return {_mm256_maskload_ps(from, first(count))}; }
  void store(float* to) const { _mm256_storeu_ps(to, x); }
  // By parts: a masked store takes AMD's processors dozens of cycles.
  void store(float* to, std::size_t count) const {
    __m128 part = _mm256_castps256_ps128(x);
    if (count & 4) {
      _mm_storeu_ps(to, part);
      to += 4;
      part = _mm256_extractf128_ps(x, 1);
    }
    if (count & 2) {
      _mm_storel_pi(reinterpret_cast<__m64*>(to), part);
      to += 2;
      part = _mm_movehl_ps(part, part);
    }
    if (count & 1) _mm_store_ss(to, part);
  }
};
inline F32 add(F32 a, F32 b) { return {_mm256_add_ps(a.x, b.x)}; }
inline F32 sub(F32 a, F32 b) { return {_mm256_sub_ps(a.x, b.x)}; }
inline F32 mul(F32 a, F32 b) { return {_mm256_mul_ps(a.x, b.x)}; }
inline F32 div(F32 a, F32 b) { return {_mm256_div_ps(a.x, b.x)}; }
inline F32 sqrt(F32 a) { return {_mm256_sqrt_ps(a.x)}; }
inline F32 max(F32 a, F32 b) { return {_mm256_max_ps(a.x, b.x)}; }
inline F32 min(F32 a, F32 b) { return {_mm256_min_ps(a.x, b.x)}; }
inline F32 neg(F32 a) { return {_mm256_xor_ps(a.x, _mm256_set1_ps(-0.0f))}; }
inline F32 abs(F32 a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.x)}; }
inline __m256 above(F32 a, F32 b) { return _mm256_cmp_ps(a.x, b.x, _CMP_GT_OQ); }
inline F32 select(F32 c, F32 a, F32 b) { return {_mm256_blendv_ps(b.x, a.x, above(c, F32::of(0)))}; }
inline F32 sign(F32 a) {
  const F32 zero = F32::of(0), one = F32::of(1);
  return {_mm256_sub_ps(_mm256_and_ps(above(a, zero), one.x), _mm256_and_ps(above(zero, a), one.x))};
}

struct F64 {
  using Lane = double;
  static constexpr std::size_t lanes = 4;
  static constexpr bool masks = true;
  __m256d x;
  static __m256i first(std::size_t count) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(window64 + lanes - count));
  }
  static F64 of(double x) { return {_mm256_set1_pd(x)}; }
  static F64 load(const double* from) { return {_mm256_loadu_pd(from)}; }
  static F64 load(const double* from, std::size_t count) { return {_mm256_maskload_pd(from, first(count))}; }
  void store(double* to) const { _mm256_storeu_pd(to, x); }
  void store(double* to, std::size_t count) const {
    __m128d part = _mm256_castpd256_pd128(x);
    if (count & 2) {
      _mm_storeu_pd(to, part);
      to += 2;
      part = _mm256_extractf128_pd(x, 1);
    }
    if (count & 1) _mm_store_sd(to, part);
  }
};
inline F64 add(F64 a, F64 b) { return {_mm256_add_pd(a.x, b.x)}; }
inline F64 sub(F64 a, F64 b) { return {_mm256_sub_pd(a.x, b.x)}; }
inline F64 mul(F64 a, F64 b) { return {_mm256_mul_pd(a.x, b.x)}; }
inline F64 div(F64 a, F64 b) { return {_mm256_div_pd(a.x, b.x)}; }
inline F64 sqrt(F64 a) { return {_mm256_sqrt_pd(a.x)}; }
inline F64 max(F64 a, F64 b) { return {_mm256_max_pd(a.x, b.x)}; }
inline F64 min(F64 a, F64 b) { return {_mm256_min_pd(a.x, b.x)}; }
inline F64 neg(F64 a) { return {_mm256_xor_pd(a.x, _mm256_set1_pd(-0.0))}; }
inline F64 abs(F64 a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.x)}; }
inline __m256d above(F64 a, F64 b) { return _mm256_cmp_pd(a.x, b.x, _CMP_GT_OQ); }
inline F64 select(F64 c, F64 a, F64 b) { return {_mm256_blendv_pd(b.x, a.x, above(c, F64::of(0)))}; }
inline F64 sign(F64 a) {
  const F64 zero = F64::of(0), one = F64::of(1);
  return {_mm256_sub_pd(_mm256_and_pd(above(a, zero), one.x), _mm256_and_pd(above(zero, a), one.x))};
}

// The lower half of a vector of floats, or the upper one, as doubles.
template <int half>
inline F64 widen(F32 a) {
  return {_mm256_cvtps_pd(half == 0 ? _mm256_castps256_ps128(a.x) : _mm256_extractf128_ps(a.x, 1))};
}

#include "../rules/list.h"

}  // namespace
extern const InstructionSet avx2;
const InstructionSet avx2 = instructionSet("avx2");
}  // namespace lanestep
TARGET_END
#endif
