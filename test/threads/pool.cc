// The pool by itself, under a clock that stands still until a law moves it: `pool LAW`. A law that does not
// hold ends with 1 and its line, or waits for what does not come (pool.test.ts ends it).
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "../../native/parallel.cc"

namespace {

using namespace lanestep;

#define holds(what)                                         \
  if (!(what)) {                                            \
    std::fprintf(stderr, "line %d: %s\n", __LINE__, #what); \
    std::exit(1);                                           \
  }

using Micro = std::chrono::microseconds;

struct Still {
  using time_point = std::chrono::time_point<Still, std::chrono::nanoseconds>;
  using duration = time_point::duration;
  using rep = duration::rep;
  using period = duration::period;
  static constexpr bool is_steady = true;
  static std::atomic<rep> at;
  static time_point now() { return time_point(duration(at.load())); }
  static void move(duration by) { at += by.count(); }
};
std::atomic<Still::rep> Still::at{1'000'000'000};

using Test = Pool<Still>;

// A job of so many tasks, each of which takes so long by the clock, and waits until `together` tasks are
// under way at once, that is until there are so many threads.
struct Job {
  std::size_t together;
  Micro takes{0};
  std::size_t alone = 0;  // so many tasks, the first ones, wait for nobody
  mutable std::atomic<std::size_t> begun{0};

  static void task(const void* context, std::size_t index) noexcept {
    const Job& job = *static_cast<const Job*>(context);
    Still::move(job.takes);
    if (index < job.alone) return;
    job.begun++;
    while (job.begun < job.together) std::this_thread::yield();
  }
};

// So many threads at work at once, woken whatever the job takes.
void crowd(Test& pool, unsigned threads) {
  const Job job{threads};
  pool.run(threads, threads, Job::task, &job, true);
}

void sleep(const Test& pool, unsigned threads, unsigned asleep) {
  while (pool.sleepers(threads) != asleep) std::this_thread::yield();
}

// Who is awake has had the time to fall asleep, were it about to.
void stayAwake(const Test& pool, unsigned threads) {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  holds(pool.sleepers(threads) == 0);
}

// A pool of three threads, whose helpers sleep.
Test& asleep(unsigned processors = 3) {
  Test& pool = *new Test(processors);
  crowd(pool, 3);
  sleep(pool, 3, 2);
  return pool;
}

// Steps that are near each other: 50 µs.
void follow(Test& pool, unsigned threads) {
  Still::move(Micro(50));
  crowd(pool, threads);
}

void watchWhereJobsFollow() {
  Test& pool = asleep();
  follow(pool, 3);
  stayAwake(pool, 3);
  Still::move(Micro(109));
  stayAwake(pool, 3);
  Still::move(Micro(2));
  sleep(pool, 3, 2);
}

void sleepWhereJobsAreFarApart() {
  Test& pool = asleep();
  follow(pool, 3);
  Still::move(Micro(60));
  Still::move(Micro(140));  // 200 µs, within which they still watch for 110
  crowd(pool, 3);
  sleep(pool, 3, 2);
}

void sleepWhereProcessorsAreFew() {
  Test& pool = asleep(2);
  follow(pool, 3);
  sleep(pool, 3, 2);
}

void leaveSleepersWhereTheJobIsShort() {
  Test& pool = asleep();
  Still::move(Micro(200));
  const Job one{1, Micro(22)};  // the nine others: 198
  pool.run(3, 10, Job::task, &one, false);
  holds(one.begun == 10);
  holds(pool.sleepers(3) == 2);
}

void wakeSleepersWhereTheJobIsLong() {
  Test& pool = asleep();
  Still::move(Micro(200));
  const Job job{3, Micro(67), 1};
  pool.run(3, 4, Job::task, &job, false);
  holds(job.begun == 3);
}

void wakeSleepersWhereJobsFollow() {
  Test& pool = asleep();
  Still::move(Micro(199));
  const Job job{3};
  pool.run(3, 3, Job::task, &job, false);
  holds(job.begun == 3);
}

void startNobodyForAShortJob() {
  Test& pool = *new Test(3);
  const Job job{1};
  pool.run(3, 10, Job::task, &job, false);
  holds(job.begun == 10);
  // Who is never started never sleeps.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  holds(pool.sleepers(3) == 0);
}

void leaveAloneWhoIsNotWanted() {
  struct Counted {
    mutable std::atomic<int> within{0}, most{0};
    static void task(const void* context, std::size_t) noexcept {
      const Counted& job = *static_cast<const Counted*>(context);
      const int within = ++job.within;
      if (within > job.most) job.most = within;
      std::this_thread::yield();
      job.within--;
    }
  };
  Test& pool = asleep();
  for (int i = 0; i < 1000; i++) {
    if (i % 10 == 0) Still::move(Micro(300));  // so that the helper that is wanted sleeps, too
    const Counted job;
    pool.run(2, 20, Counted::task, &job, true);
    holds(job.most <= 2);
  }
  follow(pool, 3);
  stayAwake(pool, 3);
}

// A call that is lost is waited for without end.
void loseNoCall() {
  std::mt19937 random(1);
  Test& pool = *new Test(4);
  for (int i = 0; i < 4000; i++) {
    Still::move(Micro(random() % 300));
    crowd(pool, 2 + random() % 3);
    if (random() % 4 == 0) std::this_thread::yield();
  }
}

// By the real clock, of several callers at once.
void doEachTaskOnce() {
  struct Counted {
    std::vector<std::atomic<int>> times;
    static void task(const void* context, std::size_t index) noexcept {
      const_cast<Counted*>(static_cast<const Counted*>(context))->times[index]++;
    }
  };
  std::vector<std::thread> callers;
  for (unsigned seed = 0; seed < 3; seed++) {
    callers.emplace_back([seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 3000; i++) {
        const Counted job{std::vector<std::atomic<int>>(random() % 40)};
        parallel(random() % 6, job.times.size(), Counted::task, &job, random() % 2);
        for (const std::atomic<int>& times : job.times) holds(times == 1);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

const struct {
  const char* name;
  void (*hold)();
} laws[] = {
    {"helpers watch where jobs follow each other, for twice the gap and 10 µs", watchWhereJobsFollow},
    {"helpers sleep at once where jobs are far apart", sleepWhereJobsAreFarApart},
    {"helpers sleep at once where there are more threads than processors", sleepWhereProcessorsAreFew},
    {"a short job that follows none wakes nobody", leaveSleepersWhereTheJobIsShort},
    {"a short job that follows none starts nobody", startNobodyForAShortJob},
    {"a long job that follows none wakes all", wakeSleepersWhereTheJobIsLong},
    {"a job that follows another wakes all", wakeSleepersWhereJobsFollow},
    {"who is not wanted is left alone", leaveAloneWhoIsNotWanted},
    {"no call is lost", loseNoCall},
    {"each task is done once", doEachTaskOnce},
};

}  // namespace

int main(int count, char** arguments) {
  for (const auto& law : laws) {
    if (count < 2) std::puts(law.name);
    if (count > 1 && std::strcmp(arguments[1], "all") != 0 && std::strcmp(arguments[1], law.name) != 0)
      continue;
    if (count > 1) law.hold();
  }
  // Helpers watch and sleep still; they must not keep the process.
  return 0;
}
