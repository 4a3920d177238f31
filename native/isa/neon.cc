// NEON of 64-bit Arm: four floats, or two doubles; what is left goes one by one.
#if defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>

#include <cstdint>
#include <utility>

#include "../kernels.h"

namespace lanestep {
namespace {

constexpr int registers = 32;

struct F32 {
  using Lane = float;
  static constexpr std::size_t lanes = 4;
  static constexpr bool masks = false;
  float32x4_t x;
  static F32 of(float x) { return {vdupq_n_f32(x)}; }
  static F32 load(const float* from) { return {vld1q_f32(from)}; }
  static F32 load(const float* from, std::size_t) { return {vld1q_lane_f32(from, vdupq_n_f32(0), 0)}; }
  void store(float* to) const { vst1q_f32(to, x); }
  void store(float* to, std::size_t) const { vst1q_lane_f32(to, x, 0); }
};
inline F32 add(F32 a, F32 b) { return {vaddq_f32(a.x, b.x)}; }
inline F32 sub(F32 a, F32 b) { return {vsubq_f32(a.x, b.x)}; }
inline F32 mul(F32 a, F32 b) { return {vmulq_f32(a.x, b.x)}; }
inline F32 div(F32 a, F32 b) { return {vdivq_f32(a.x, b.x)}; }
inline F32 sqrt(F32 a) { return {vsqrtq_f32(a.x)}; }
inline F32 max(F32 a, F32 b) { return {vbslq_f32(vcgtq_f32(a.x, b.x), a.x, b.x)}; }
inline F32 min(F32 a, F32 b) { return {vbslq_f32(vcltq_f32(a.x, b.x), a.x, b.x)}; }
inline F32 neg(F32 a) { return {vnegq_f32(a.x)}; }
inline F32 abs(F32 a) { return {vabsq_f32(a.x)}; }
inline F32 select(F32 c, F32 a, F32 b) { return {vbslq_f32(vcgtzq_f32(c.x), a.x, b.x)}; }
inline F32 sign(F32 a) {
  const F32 zero = F32::of(0), one = F32::of(1);
  return sub(select(a, one, zero), select(neg(a), one, zero));
}

struct F64 {
  using Lane = double;
  static constexpr std::size_t lanes = 2;
  static constexpr bool masks = false;
  float64x2_t x;
  static F64 of(double x) { return {vdupq_n_f64(x)}; }
  static F64 load(const double* from) { return {vld1q_f64(from)}; }
  static F64 load(const double* from, std::size_t) { return {vld1q_lane_f64(from, vdupq_n_f64(0), 0)}; }
  void store(double* to) const { vst1q_f64(to, x); }
  void store(double* to, std::size_t) const { vst1q_lane_f64(to, x, 0); }
};
inline F64 add(F64 a, F64 b) { return {vaddq_f64(a.x, b.x)}; }
inline F64 sub(F64 a, F64 b) { return {vsubq_f64(a.x, b.x)}; }
inline F64 mul(F64 a, F64 b) { return {vmulq_f64(a.x, b.x)}; }
inline F64 div(F64 a, F64 b) { return {vdivq_f64(a.x, b.x)}; }
inline F64 sqrt(F64 a) { return {vsqrtq_f64(a.x)}; }
inline F64 max(F64 a, F64 b) { return {vbslq_f64(vcgtq_f64(a.x, b.x), a.x, b.x)}; }
inline F64 min(F64 a, F64 b) { return {vbslq_f64(vcltq_f64(a.x, b.x), a.x, b.x)}; }
inline F64 neg(F64 a) { return {vnegq_f64(a.x)}; }
inline F64 abs(F64 a) { return {vabsq_f64(a.x)}; }
inline F64 select(F64 c, F64 a, F64 b) { return {vbslq_f64(vcgtzq_f64(c.x), a.x, b.x)}; }
inline F64 sign(F64 a) {
  const F64 zero = F64::of(0), one = F64::of(1);
  return sub(select(a, one, zero), select(neg(a), one, zero));
}

// The lower half of a vector of floats, or the upper one, as doubles.
template <int half>
inline F64 widen(F32 a) {
  return {half == 0 ? vcvt_f64_f32(vget_low_f32(a.x)) : vcvt_high_f64_f32(a.x)};
}

#include "../rules/list.h"

}  // namespace
extern const InstructionSet neon;
const InstructionSet neon = instructionSet("neon");
}  // namespace lanestep
#endif
