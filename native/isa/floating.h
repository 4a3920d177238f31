// The floating-point state of a thread: how results are rounded, and whether numbers too small to be normal
// (denormals) are numbers. It belongs to whoever runs on the thread. One library that was linked with
// -ffast-math turns denormals off for the thread that loads it, and for all that this one starts later, so
// that bits would depend on which thread an element went to.
#pragma once

#include <cstdint>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#elif defined(_M_ARM64)
#include <intrin.h>
#endif

namespace lanestep {

// While one lives, the thread computes as IEEE 754 has it by default: to the nearest, halves to even;
// denormals are read and written; no exception stops it. Then the thread's own state is back. Where that is
// the same, as nearly always, it costs one read.
class DefaultFloating {
 public:
  DefaultFloating() noexcept : own_(read()) {
    if (differs(own_)) write(standard);
  }
  ~DefaultFloating() {
    if (differs(own_)) write(own_);
  }
  DefaultFloating(const DefaultFloating&) = delete;
  DefaultFloating& operator=(const DefaultFloating&) = delete;

 private:
#if defined(__x86_64__) || defined(_M_X64)
  // MXCSR: all exceptions masked. The lowest six bits only say what happened.
  using Word = std::uint32_t;
  static constexpr Word standard = 0x1f80, happened = 0x3f;
  static Word read() noexcept { return _mm_getcsr(); }
  static void write(Word word) noexcept { _mm_setcsr(word); }
#elif defined(_M_ARM64)
  // FPCR: FZ, FZ16, FIZ, AH, DN, the rounding mode and the exceptions that trap are 0.
  using Word = std::uint64_t;
  static constexpr Word standard = 0, happened = 0;
  static Word read() noexcept { return static_cast<Word>(_ReadStatusReg(ARM64_FPCR)); }
  static void write(Word word) noexcept { _WriteStatusReg(ARM64_FPCR, static_cast<__int64>(word)); }
#elif defined(__aarch64__)
  using Word = std::uint64_t;
  static constexpr Word standard = 0, happened = 0;
  static Word read() noexcept {
    Word word;
    __asm__ __volatile__("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  // Nothing that computes may be moved across it.
  static void write(Word word) noexcept { __asm__ __volatile__("msr fpcr, %0" : : "r"(word) : "memory"); }
#endif
  static bool differs(Word word) noexcept { return (word & ~happened) != standard; }

  const Word own_;
};

}  // namespace lanestep
