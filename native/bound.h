// A plan in memory of JavaScript's. Included by addon.cc and flight.h alone.
#ifndef LANESTEP_BOUND_H_
#define LANESTEP_BOUND_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "plan.h"

namespace lanestep {

// Of one thread of JavaScript: how many threads a step may use, and from how many elements on.
struct Settings {
  unsigned threads = 1;
  double breakEven = 0;
};

// A plan in the memory of an ArrayBuffer that JavaScript allocated: the plan, its tensors and claims, and the
// slots. So it is the engine that counts this memory, and frees it as it frees any array's, within a loop
// that never gives way, too; what a finalizer frees waits for a turn of the event loop. The buffer is all
// that JavaScript has of a plan, and TypeScript gives it to nobody.
struct Bound {
  const Bound* self;  // and what no array has in it by chance, to tell a plan from any other buffer
  const void* sign;
  Plan plan;
  const Settings* settings;
  double elements;
  bool flying;  // a step is under way on another thread; only JavaScript's thread asks and says so

  // How many threads the next step may use.
  unsigned threads() const { return elements < settings->breakEven ? 1 : settings->threads; }
  // Whether it wakes them all, even where that takes longer than the step: tests ask for it.
  bool wakes() const { return settings->breakEven == 0; }
};

inline constexpr char sign = 0;
inline constexpr std::size_t line = 64;
inline constexpr std::size_t headBytes = (sizeof(Bound) + line - 1) / line * line;

// Where a plan is within its buffer: at the first cache line.
inline char* headOf(void* memory) {
  return static_cast<char*>(memory) + (0 - reinterpret_cast<std::uintptr_t>(memory)) % line;
}

// The plan of a buffer; null for whatever else.
inline Bound* planIn(napi_env env, napi_value buffer) {
  void* memory = nullptr;
  std::size_t bytes = 0;
  if (napi_get_arraybuffer_info(env, buffer, &memory, &bytes) != napi_ok || bytes < line + headBytes)
    return nullptr;
  Bound* const bound = reinterpret_cast<Bound*>(headOf(memory));
  return bound->self == bound && bound->sign == &sign ? bound : nullptr;
}

inline Bound& boundOf(napi_env env, napi_value plan) {
  Bound* const bound = planIn(env, plan);
  if (bound == nullptr) throw Napi::TypeError::New(env, "Expected a plan");
  if (bound->flying) throw Napi::Error::New(env, "A step is under way");
  return *bound;
}

inline Bound& boundOf(const Napi::CallbackInfo& info) { return boundOf(info.Env(), info[0]); }

}  // namespace lanestep

#endif  // LANESTEP_BOUND_H_
