#include "parallel.h"

#include <atomic>
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
};

class Pool {
 public:
  void run(unsigned threads, std::size_t count, Task task, const void* context) noexcept {
    if (threads > count) threads = static_cast<unsigned>(count);
    if (threads > maxThreads) threads = maxThreads;
    std::unique_lock<std::mutex> turn(gate_, std::defer_lock);
    if (threads > 1 && turn.try_lock()) {
      threads = 1 + hire(threads - 1);
    } else {
      threads = 1;
    }
    if (threads == 1) {
      for (std::size_t i = 0; i < count; i++) task(context, i);
      return;
    }

    task_ = task;
    context_ = context;
    unfinished_.store(count, std::memory_order_relaxed);
    job_++;
    for (unsigned k = 0; k < threads; k++) {
      shares_[k].first = count * k / threads;
      const std::uint64_t left = count * (k + 1) / threads - shares_[k].first;
      shares_[k].word.store(std::uint64_t{job_} << 32 | left, std::memory_order_release);
    }
    {
      const std::lock_guard<std::mutex> lock(sleep_);
      called_ = job_;
      wanted_ = threads;
    }
    wake_.notify_all();

    work(0, job_, threads);
    for (unsigned spins = 0; unfinished_.load(std::memory_order_acquire) != 0; spins++) {
      if (spins < 1000) {
        relax();
      } else {
        std::this_thread::yield();
      }
    }
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

  void help(unsigned self) noexcept {
    std::uint32_t seen = 0;
    for (;;) {
      unsigned threads;
      {
        std::unique_lock<std::mutex> lock(sleep_);
        wake_.wait(lock, [&] { return called_ != seen && self < wanted_; });
        seen = called_;
        threads = wanted_;
      }
      work(self, seen, threads);
    }
  }

  void work(unsigned self, std::uint32_t job, unsigned threads) noexcept {
    for (unsigned k = 0; k < threads; k++) {
      Share& share = shares_[(self + k) % threads];
      std::uint64_t word = share.word.load(std::memory_order_acquire);
      while (word >> 32 == job && static_cast<std::uint32_t>(word) != 0) {
        if (!share.word.compare_exchange_weak(word, word - 1, std::memory_order_acquire)) continue;
        // Claimed: the job cannot end before this task is finished, so its fields stand.
        task_(context_, share.first + static_cast<std::uint32_t>(word) - 1);
        unfinished_.fetch_sub(1, std::memory_order_release);
        word = share.word.load(std::memory_order_acquire);
      }
    }
  }

  std::mutex gate_;  // one job at a time
  unsigned helpers_ = 0;
  std::uint32_t job_ = 0;

  Task task_ = nullptr;
  const void* context_ = nullptr;
  Share shares_[maxThreads];
  alignas(64) std::atomic<std::size_t> unfinished_{0};

  std::mutex sleep_;
  std::condition_variable wake_;
  std::uint32_t called_ = 0;
  unsigned wanted_ = 0;
};

// Never destroyed: its threads sleep in it until the process is gone, whatever way it goes.
Pool& pool() {
  static Pool& one = *new Pool;
  return one;
}

}  // namespace

void parallel(unsigned threads, std::size_t count, Task task, const void* context) noexcept {
  if (threads > 1 && count > 1) {
    pool().run(threads, count, task, context);
  } else {
    for (std::size_t i = 0; i < count; i++) task(context, i);
  }
}

}  // namespace lanestep
