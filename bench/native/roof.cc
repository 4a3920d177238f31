// The roof that a step is measured against: a pass that reads a gradient and reads and writes back so many
// other arrays, and computes next to nothing. It is no part of the package.
#include <napi.h>

#include <cstddef>
#include <vector>

namespace {

#if defined(__x86_64__) && !defined(__clang__)
#define FOR_EACH_SET __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define FOR_EACH_SET
#endif

FOR_EACH_SET void one(std::size_t n, const float* __restrict g, float* __restrict a) {
  for (std::size_t i = 0; i < n; i++) a[i] += g[i];
}

FOR_EACH_SET void two(std::size_t n, const float* __restrict g, float* __restrict a, float* __restrict b) {
  for (std::size_t i = 0; i < n; i++) {
    a[i] += g[i];
    b[i] += g[i];
  }
}

FOR_EACH_SET void three(std::size_t n, const float* __restrict g, float* __restrict a, float* __restrict b,
                        float* __restrict c) {
  for (std::size_t i = 0; i < n; i++) {
    a[i] += g[i];
    b[i] += g[i];
    c[i] += g[i];
  }
}

FOR_EACH_SET void four(std::size_t n, const float* __restrict g, float* __restrict a, float* __restrict b,
                       float* __restrict c, float* __restrict d) {
  for (std::size_t i = 0; i < n; i++) {
    a[i] += g[i];
    b[i] += g[i];
    c[i] += g[i];
    d[i] += g[i];
  }
}

// prepare(gradient, written) -> pass(): Float32Arrays of one length, one to four of them written.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  const auto gradient = info[0].As<Napi::Float32Array>();
  const auto written = info[1].As<Napi::Array>();
  const std::size_t n = gradient.ElementLength();
  const float* g = gradient.Data();
  std::vector<float*> a;
  for (std::uint32_t i = 0; i < written.Length(); i++)
    a.push_back(written.Get(i).As<Napi::Float32Array>().Data());
  const auto pass = Napi::Function::New(info.Env(), [n, g, a](const Napi::CallbackInfo&) {
    if (a.size() == 1) one(n, g, a[0]);
    if (a.size() == 2) two(n, g, a[0], a[1]);
    if (a.size() == 3) three(n, g, a[0], a[1], a[2]);
    if (a.size() == 4) four(n, g, a[0], a[1], a[2], a[3]);
  });
  return pass;
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("prepare", Napi::Function::New(env, prepare));
  return exports;
}

NODE_API_MODULE(roof, initialize)

}  // namespace
