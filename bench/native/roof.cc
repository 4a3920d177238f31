// The roof that a step is measured against: passes that read so many arrays, read and write back so many
// others, and compute next to nothing. Its arrays are its own, at the start of a cache line; its
// threads have an equal share each. It is no part of the package's API.
#include <napi.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../../native/isa/region.h"
#include "../../native/parallel.h"

namespace {

constexpr int mostRead = 4;
constexpr int mostWritten = 7;

template <class Lane>
using Sweep = void (*)(std::size_t, const Lane* const*, Lane* const*, Lane*) noexcept;

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
}  // namespace
TARGET_BEGIN("avx512f")
namespace avx512 {
namespace {
constexpr int bytes = 64;
#include "peak.h"
#include "sweep.h"
}  // namespace
}  // namespace avx512
TARGET_END
TARGET_BEGIN("avx2")
namespace avx2 {
namespace {
constexpr int bytes = 32;
#include "peak.h"
#include "sweep.h"
}  // namespace
}  // namespace avx2
TARGET_END
namespace {
#endif

namespace baseline {
constexpr int bytes = 16;
#include "peak.h"
#include "sweep.h"
}  // namespace baseline

template <class Lane>
Sweep<Lane> best(int read, int written) {
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
  if (__builtin_cpu_supports("avx512f")) return avx512::sweepOf<Lane>(read, written);
  if (__builtin_cpu_supports("avx2")) return avx2::sweepOf<Lane>(read, written);
#endif
  return baseline::sweepOf<Lane>(read, written);
}

// A stretch of one tensor, for one thread.
template <class Lane>
struct Piece {
  std::size_t n;
  const Lane* sources[mostRead];
  Lane* arrays[mostWritten];
  Lane* over;
};

// The arrays of one pass.
struct Streams {
  int read, written, over;
};

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

template <class Lane>
class Roof {
 public:
  Roof(const std::vector<std::size_t>& lengths, const std::vector<Streams>& passes, unsigned threads)
      : shares_(threads) {
    // The same arrays in each pass, as a step has them.
    int read = 0, written = 0, over = 0;
    for (const Streams& pass : passes) {
      sweeps_.push_back({best<Lane>(pass.read, pass.written), pass.over > 0});
      if (pass.read > read) read = pass.read;
      if (pass.written > written) written = pass.written;
      if (pass.over > over) over = pass.over;
    }
    std::size_t total = 0;
    for (const std::size_t n : lengths) total += n;
    std::size_t at = 0;
    for (const std::size_t n : lengths) {
      Piece<Lane> whole = {n, {}, {}, over > 0 ? array(n) : nullptr};
      for (int k = 0; k < read; k++) whole.sources[k] = array(n);
      for (int k = 0; k < written; k++) whole.arrays[k] = array(n);
      // The tensors one after another, cut where a thread's equal share ends, at whole cache lines.
      for (std::size_t done = 0; done < n;) {
        const std::size_t share = total == 0 ? 0 : (at + done) * threads / total;
        const std::size_t end = (share + 1) * total / threads;
        std::size_t until = end >= at + n ? n : (end - at + 63) / 64 * 64;
        if (until > n || until <= done) until = n;
        Piece<Lane> piece = {until - done, {}, {}, over > 0 ? whole.over + done : nullptr};
        for (int k = 0; k < read; k++) piece.sources[k] = whole.sources[k] + done;
        for (int k = 0; k < written; k++) piece.arrays[k] = whole.arrays[k] + done;
        shares_[share < threads ? share : threads - 1].push_back(piece);
        done = until;
      }
      at += n;
    }
  }

  void pass() {
    for (const Pass& pass : sweeps_) {
      now_ = pass;
      lanestep::parallel(static_cast<unsigned>(shares_.size()), shares_.size(), one, this);
    }
  }

 private:
  struct Pass {
    Sweep<Lane> sweep;
    bool over;
  };

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
    for (const Piece<Lane>& piece : roof.shares_[share])
      roof.now_.sweep(piece.n, piece.sources, piece.arrays, roof.now_.over ? piece.over : nullptr);
  }

  std::vector<Pass> sweeps_;
  Pass now_ = {};
  std::vector<std::vector<Piece<Lane>>> shares_;
  std::vector<std::unique_ptr<void, Free>> memory_;
};

template <class Lane>
Napi::Value prepared(Napi::Env env, const std::vector<std::size_t>& lengths,
                     const std::vector<Streams>& passes, unsigned threads) {
  const auto roof = std::make_shared<Roof<Lane>>(lengths, passes, threads);
  return Napi::Function::New(env, [roof](const Napi::CallbackInfo&) { roof->pass(); });
}

// prepare(lengths, passes, wide, threads) -> pass(): of each pass how many arrays of each length are only
// read, how many are read and written back, and how many only written; of doubles where `wide`.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  std::vector<std::size_t> lengths;
  for (std::uint32_t i = 0; i < list.Length(); i++)
    lengths.push_back(static_cast<std::size_t>(list.Get(i).As<Napi::Number>().Int64Value()));
  const auto counts = info[1].As<Napi::Array>();
  std::vector<Streams> passes;
  bool holds = counts.Length() % 3 == 0 && counts.Length() > 0;
  for (std::uint32_t i = 0; holds && i < counts.Length(); i += 3) {
    const int read = counts.Get(i).As<Napi::Number>(), written = counts.Get(i + 1).As<Napi::Number>(),
              over = counts.Get(i + 2).As<Napi::Number>();
    holds = read >= 0 && read <= mostRead && written >= 0 && written <= mostWritten && over >= 0 && over <= 1;
    passes.push_back({read, written, over});
  }
  const unsigned threads = info[3].As<Napi::Number>();
  if (!holds || threads < 1 || threads > lanestep::maxThreads)
    throw Napi::RangeError::New(info.Env(),
                                "Expected passes of 0 to 4, 0 to 7 and 0 to 1 arrays, and 1 to 256 threads");
  return info[2].As<Napi::Boolean>() ? prepared<double>(info.Env(), lengths, passes, threads)
                                     : prepared<float>(info.Env(), lengths, passes, threads);
}

// multiplyAdd(set, wide, times, 1, 0) -> a number: so many times, for each lane of seven vectors of the
// instruction set, a multiplication and an addition. `multiplyAddOf(set, wide)` is how many that are each
// time.
int bytesOf(const std::string& set) { return set == "avx512" ? 64 : set == "avx2" ? 32 : 16; }

Napi::Value multiplyAddOf(const Napi::CallbackInfo& info) {
  const int bytes = bytesOf(info[0].As<Napi::String>());
  return Napi::Number::New(info.Env(), baseline::chains * bytes / (info[1].As<Napi::Boolean>() ? 8 : 4));
}

Napi::Value multiplyAdd(const Napi::CallbackInfo& info) {
  const bool wide = info[1].As<Napi::Boolean>();
  const auto times = static_cast<std::size_t>(info[2].As<Napi::Number>().Int64Value());
  const double factor = info[3].As<Napi::Number>(), term = info[4].As<Napi::Number>();
  auto* loop = wide ? baseline::peak<double> : baseline::peak<float>;
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
  const int bytes = bytesOf(info[0].As<Napi::String>());
  if (bytes == 32) loop = wide ? avx2::peak<double> : avx2::peak<float>;
  if (bytes == 64) loop = wide ? avx512::peak<double> : avx512::peak<float>;
#endif
  return Napi::Number::New(info.Env(), loop(times, factor, term));
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("multiplyAdd", Napi::Function::New(env, multiplyAdd));
  exports.Set("multiplyAddOf", Napi::Function::New(env, multiplyAddOf));
  exports.Set("prepare", Napi::Function::New(env, prepare));
  return exports;
}

NODE_API_MODULE(roof, initialize)

}  // namespace
