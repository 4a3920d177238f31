// The roof that a step is measured against: a pass that reads a gradient and reads and writes back so many
// other arrays, and computes next to nothing. Its arrays are its own, at the start of a cache line; its
// threads have an equal share each. It is no part of the package's API.
#include <napi.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

#include "../../native/isa/region.h"
#include "../../native/parallel.h"

namespace {

constexpr int mostWritten = 7;

template <class Lane>
using Sweep = void (*)(std::size_t, const Lane*, Lane* const*) noexcept;

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
}  // namespace
TARGET_BEGIN("avx512f")
namespace avx512 {
namespace {
constexpr int bytes = 64;
#include "sweep.h"
}  // namespace
}  // namespace avx512
TARGET_END
TARGET_BEGIN("avx2")
namespace avx2 {
namespace {
constexpr int bytes = 32;
#include "sweep.h"
}  // namespace
}  // namespace avx2
TARGET_END
namespace {
#endif

namespace baseline {
constexpr int bytes = 16;
#include "sweep.h"
}  // namespace baseline

template <class Lane>
Sweep<Lane> best(int written) {
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
  if (__builtin_cpu_supports("avx512f")) return avx512::sweepOf<Lane>(written);
  if (__builtin_cpu_supports("avx2")) return avx2::sweepOf<Lane>(written);
#endif
  return baseline::sweepOf<Lane>(written);
}

// A stretch of one tensor, for one thread.
template <class Lane>
struct Piece {
  std::size_t n;
  const Lane* g;
  Lane* arrays[mostWritten];
};

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

template <class Lane>
class Roof {
 public:
  Roof(const std::vector<std::size_t>& lengths, int written, unsigned threads)
      : sweep_(best<Lane>(written)), shares_(threads) {
    std::size_t total = 0;
    for (const std::size_t n : lengths) total += n;
    std::size_t at = 0;
    for (const std::size_t n : lengths) {
      Piece<Lane> whole = {n, array(n), {}};
      for (int k = 0; k < written; k++) whole.arrays[k] = array(n);
      // The tensors one after another, cut where a thread's equal share ends, at whole cache lines.
      for (std::size_t done = 0; done < n;) {
        const std::size_t share = total == 0 ? 0 : (at + done) * threads / total;
        const std::size_t end = (share + 1) * total / threads;
        std::size_t until = end >= at + n ? n : (end - at + 63) / 64 * 64;
        if (until > n || until <= done) until = n;
        Piece<Lane> piece = {until - done, whole.g + done, {}};
        for (int k = 0; k < written; k++) piece.arrays[k] = whole.arrays[k] + done;
        shares_[share < threads ? share : threads - 1].push_back(piece);
        done = until;
      }
      at += n;
    }
  }

  void pass() const { lanestep::parallel(static_cast<unsigned>(shares_.size()), shares_.size(), one, this); }

 private:
  // Written and not only reserved: memory that nobody wrote is one page of zeros, and reading it is no
  // traffic.
  Lane* array(std::size_t n) {
    const std::size_t size = (n * sizeof(Lane) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, size == 0 ? 64 : size);
    if (memory == nullptr) throw std::bad_alloc();
    memory_.emplace_back(memory);
    Lane* lanes = static_cast<Lane*>(memory);
    for (std::size_t i = 0; i < n; i++) lanes[i] = static_cast<Lane>(1) / 1024;
    return lanes;
  }

  static void one(const void* self, std::size_t share) noexcept {
    const Roof& roof = *static_cast<const Roof*>(self);
    for (const Piece<Lane>& piece : roof.shares_[share]) roof.sweep_(piece.n, piece.g, piece.arrays);
  }

  Sweep<Lane> sweep_;
  std::vector<std::vector<Piece<Lane>>> shares_;
  std::vector<std::unique_ptr<void, Free>> memory_;
};

template <class Lane>
Napi::Value prepared(Napi::Env env, const std::vector<std::size_t>& lengths, int written, unsigned threads) {
  const auto roof = std::make_shared<Roof<Lane>>(lengths, written, threads);
  return Napi::Function::New(env, [roof](const Napi::CallbackInfo&) { roof->pass(); });
}

// prepare(lengths, written, wide, threads) -> pass(): so many arrays of each length are written, one to
// seven, of doubles where `wide`.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  std::vector<std::size_t> lengths;
  for (std::uint32_t i = 0; i < list.Length(); i++)
    lengths.push_back(static_cast<std::size_t>(list.Get(i).As<Napi::Number>().Int64Value()));
  const int written = info[1].As<Napi::Number>();
  const unsigned threads = info[3].As<Napi::Number>();
  if (written < 1 || written > mostWritten || threads < 1 || threads > lanestep::maxThreads)
    throw Napi::RangeError::New(info.Env(), "Expected 1 to 7 arrays and 1 to 256 threads");
  return info[2].As<Napi::Boolean>() ? prepared<double>(info.Env(), lengths, written, threads)
                                     : prepared<float>(info.Env(), lengths, written, threads);
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("prepare", Napi::Function::New(env, prepare));
  return exports;
}

NODE_API_MODULE(roof, initialize)

}  // namespace
