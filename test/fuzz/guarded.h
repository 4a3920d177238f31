// Arrays in one block of memory, each between guards: their bytes must stay, and AddressSanitizer forbids to
// read them.
#pragma once

#include <sanitizer/asan_interface.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lanestep::fuzz {

class Guarded {
 public:
  // Forgets all arrays.
  void clear() {
    __asan_unpoison_memory_region(block_, at_);
    at_ = 0;
    count_ = 0;
  }

  // An array that begins so many bytes after a cache line.
  void* array(std::size_t bytes, std::size_t offset) {
    Stretch& s = stretches_[count_++];
    s = {at_, at_ + guard + offset, at_ + guard + offset + bytes, 0};
    s.end = (s.last + guard + 63) / 64 * 64;
    at_ = s.end;
    if (count_ == mostArrays || at_ > sizeof block_) __builtin_trap();
    std::memset(block_ + s.begin, pattern, s.first - s.begin);
    std::memset(block_ + s.last, pattern, s.end - s.last);
    __asan_poison_memory_region(block_ + s.begin, s.first - s.begin);
    __asan_poison_memory_region(block_ + s.last, s.end - s.last);
    return block_ + s.first;
  }

  // Whether the guards have their bytes. Afterwards they may be read, until `clear`.
  bool intact() {
    __asan_unpoison_memory_region(block_, at_);
    for (std::size_t k = 0; k < count_; k++) {
      const Stretch& s = stretches_[k];
      if (!full(s.begin, s.first) || !full(s.last, s.end)) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t guard = 64, mostArrays = 64;
  static constexpr std::uint8_t pattern = 0xa5;

  struct Stretch {
    std::size_t begin, first, last, end;
  };

  // A stretch is full of a byte where its first is that byte and each is like the one before it.
  bool full(std::size_t from, std::size_t to) const {
    return from == to ||
           (block_[from] == pattern && std::memcmp(block_ + from, block_ + from + 1, to - from - 1) == 0);
  }

  alignas(64) std::uint8_t block_[8 << 20];
  Stretch stretches_[mostArrays];
  std::size_t at_ = 0, count_ = 0;
};

}  // namespace lanestep::fuzz
