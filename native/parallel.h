// Threads, which know nothing of tensors: a number of tasks, done by the caller and by whoever helps.
#pragma once

#include <cstddef>

namespace lanestep {

// What is done with the task of this index. It must not throw.
using Task = void (*)(const void* context, std::size_t index) noexcept;

// The most threads that a step may use.
constexpr unsigned maxThreads = 256;

// Does the tasks 0 .. count-1, each once, by at most `threads` threads of which the caller is one, and
// returns when all are done. It never waits for a thread that has not begun: where a helper cannot be made,
// sleeps on, or serves another caller, the caller does all. Safe to call from several threads at once.
//
// Threads that sleep are woken where calls follow each other, or where the tasks take long enough; with
// `wakes`, whatever they take.
void parallel(unsigned threads, std::size_t count, Task task, const void* context,
              bool wakes = true) noexcept;

}  // namespace lanestep
