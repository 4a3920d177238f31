#include "parallel.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

namespace lanestep {
namespace {

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// The tasks are cut into one share a thread. A thread works through its own share first, the same at every
// step, so that what it left in its cache is there again; then it helps with the others'.
//
// A share's word holds the number of the job and how many of its tasks are left. To claim a task is to take
// one from that number, so a helper that wakes late, when the job is over or another has begun, finds nothing
// to claim, touches nothing, and nobody waits for it.
struct alignas(64) Share {
  std::atomic<std::uint64_t> word{0};
  std::size_t first = 0;
  std::atomic<bool> asleep{false};  // the helper whose share it is
};

// Where jobs follow each other, helpers stay awake between them: to wake one takes longer than many a job.
// How long they watch for the next job depends on the gap before the last one, so they do not watch at all
// where jobs are far apart. There they sleep, and are woken only for a job that is long enough.
//
// The clock is std::chrono's, or a test's.
template <class Clock>
class Pool {
 public:
  using Time = typename Clock::time_point;
  using Duration = std::chrono::nanoseconds;

  // A job that begins so soon after the last one follows it.
  static constexpr Duration soon{200'000};
  // Helpers watch for twice the gap, and this.
  static constexpr Duration least{10'000};
  // For what takes one thread less, no sleeper is woken: that takes up to half of it.
  static constexpr Duration waking{200'000};

  // Of more threads than processors none watches: it would take the processor from one that works.
  explicit Pool(unsigned processors) : processors_(processors) {}

  // Of two threads or more, and two tasks or more.
  void run(unsigned threads, std::size_t count, Task task, const void* context, bool wakes) noexcept {
    if (threads > count) threads = static_cast<unsigned>(count);
    if (threads > maxThreads) threads = maxThreads;
    std::unique_lock<std::mutex> turn(gate_, std::defer_lock);
    if (!turn.try_lock()) {
      for (std::size_t i = 0; i < count; i++) task(context, i);
      return;
    }

    const Time begun = Clock::now();
    const Duration gap = begun - ended_;
    const bool follows = gap < soon;
    std::size_t done = 0;
    if (!follows && !wakes) {
      // After one task it is known how long the others take.
      task(context, done++);
      wakes = (Clock::now() - begun) * (count - done) >= waking;
    }
    if (follows || wakes) {
      share(1 + hire(threads - 1), done, count, task, context, follows ? gap : soon);
    } else {
      while (done < count) task(context, done++);
    }
    ended_ = Clock::now();
  }

  // How many of the first threads sleep.
  unsigned sleepers(unsigned threads) const noexcept {
    unsigned count = 0;
    for (unsigned k = 1; k < threads; k++) count += shares_[k].asleep.load(std::memory_order_seq_cst);
    return count;
  }

 private:
  // How many of the wanted helpers there are, after starting those that can be.
  unsigned hire(unsigned wanted) noexcept {
    while (helpers_ < wanted) {
      try {
        std::thread(&Pool::help, this, helpers_ + 1).detach();
      } catch (const std::system_error&) {  // no more threads for this process
        break;
      } catch (const std::bad_alloc&) {
        break;
      }
      helpers_++;
    }
    return helpers_ < wanted ? helpers_ : wanted;
  }

  // Does the tasks from `first` on by so many threads.
  void share(unsigned threads, std::size_t first, std::size_t count, Task task, const void* context,
             Duration gap) noexcept {
    task_ = task;
    context_ = context;
    unfinished_.store(count - first, std::memory_order_relaxed);
    job_++;
    for (unsigned k = 0; k < threads; k++) {
      const std::size_t from = (count - first) * k / threads, to = (count - first) * (k + 1) / threads;
      shares_[k].first = first + from;
      shares_[k].word.store(std::uint64_t{job_} << 32 | (to - from), std::memory_order_release);
    }
    const bool watched = gap < soon && threads <= processors_;
    patience_.store(watched ? 2 * gap + least : Duration::zero(), std::memory_order_relaxed);
    call_.store(std::uint64_t{job_} << 32 | threads, std::memory_order_seq_cst);
    wake(threads);

    work(0, job_, threads);
    for (unsigned spins = 0; unfinished_.load(std::memory_order_acquire) != 0; spins++) {
      if (spins < 1000) {
        relax();
      } else {
        std::this_thread::yield();
      }
    }
  }

  // Wakes the helpers of this job that sleep, each once. Who goes to sleep says so before it looks for a call
  // once more, so either it is seen here, or it sees the call.
  void wake(unsigned threads) noexcept {
    bool some = false;
    for (unsigned k = 1; k < threads; k++) {
      std::atomic<bool>& asleep = shares_[k].asleep;
      if (asleep.load(std::memory_order_seq_cst)) some |= asleep.exchange(false, std::memory_order_seq_cst);
    }
    if (!some) return;
    { const std::lock_guard<std::mutex> lock(sleep_); }
    wake_.notify_all();
  }

  void help(unsigned self) noexcept {
    std::uint64_t call = 0;
    for (;;) {
      call = watch(self, call);
      work(self, call >> 32, static_cast<std::uint32_t>(call));
    }
  }

  // Waits for another call than this one, which wants this helper: awake for as long as jobs follow each
  // other, then asleep.
  std::uint64_t watch(unsigned self, std::uint64_t seen) noexcept {
    std::uint64_t call = seen;
    const auto wanted = [&] {
      call = call_.load(std::memory_order_seq_cst);
      return call != seen && self < static_cast<std::uint32_t>(call);
    };
    const Duration patience = patience_.load(std::memory_order_relaxed);
    if (patience > Duration::zero() &&
        self < static_cast<std::uint32_t>(call_.load(std::memory_order_acquire))) {
      const Time until = Clock::now() + patience;
      for (unsigned looks = 0; Clock::now() < until; looks++) {
        for (int k = 0; k < 32; k++) {
          if (wanted()) return call;
          relax();
        }
        // Whoever else wants this processor gets it.
        if (looks > 4) std::this_thread::yield();
      }
    }
    std::unique_lock<std::mutex> lock(sleep_);
    wake_.wait(lock, [&] {
      shares_[self].asleep.store(true, std::memory_order_seq_cst);
      return wanted();
    });
    shares_[self].asleep.store(false, std::memory_order_seq_cst);
    return call;
  }

  void work(unsigned self, std::uint32_t job, unsigned threads) noexcept {
    for (unsigned k = 0; k < threads; k++) {
      while (claim(shares_[(self + k) % threads], job)) {
      }
    }
  }

  // Does a task of the job out of this share, if there is one left.
  bool claim(Share& share, std::uint32_t job) noexcept {
    std::uint64_t word = share.word.load(std::memory_order_acquire);
    do {
      if (word >> 32 != job || static_cast<std::uint32_t>(word) == 0) return false;
    } while (!share.word.compare_exchange_weak(word, word - 1, std::memory_order_acquire));
    // Claimed: the job cannot end before this task is finished, so its fields stand.
    task_(context_, share.first + static_cast<std::uint32_t>(word) - 1);
    unfinished_.fetch_sub(1, std::memory_order_release);
    return true;
  }

  const unsigned processors_;

  std::mutex gate_;  // one job at a time
  unsigned helpers_ = 0;
  std::uint32_t job_ = 0;
  Time ended_{};

  Task task_ = nullptr;
  const void* context_ = nullptr;
  Share shares_[maxThreads];
  alignas(64) std::atomic<std::size_t> unfinished_{0};

  // The last job and its threads, in one word, so that nobody takes the one for the other's; and how long to
  // watch for the next.
  alignas(64) std::atomic<std::uint64_t> call_{0};
  std::atomic<Duration> patience_{Duration::zero()};
  std::mutex sleep_;
  std::condition_variable wake_;
};

using Real = Pool<std::chrono::steady_clock>;

// Never destroyed: its threads sleep in it until the process is gone, whatever way it goes.
Real& pool() {
  static Real& one = *new Real(std::thread::hardware_concurrency());
  return one;
}

}  // namespace

void parallel(unsigned threads, std::size_t count, Task task, const void* context, bool wakes) noexcept {
  if (threads > 1 && count > 1) {
    pool().run(threads, count, task, context, wakes);
  } else {
    for (std::size_t i = 0; i < count; i++) task(context, i);
  }
}

}  // namespace lanestep
