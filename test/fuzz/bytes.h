// What a case is made of, read out of the fuzzer's input. Where that ends, numbers of a generator follow that
// the input has seeded, so that a short input still fills long tensors, and is the same case every time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

namespace lanestep::fuzz {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {
    for (std::size_t i = 0; i < size; i++) state_ = (state_ ^ data[i]) * 0x100000001b3;
    state_ |= 1;
  }

  // A number that mutations of the input cannot steer: for what is slow, and must stay rare.
  std::uint64_t lot() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

  std::uint8_t byte() { return at_ < end_ ? *at_++ : static_cast<std::uint8_t>(lot() >> 24); }

  std::size_t below(std::size_t end) { return byte() % end; }

  template <class T>
  T bits() {
    T x;
    if (at_ + sizeof x <= end_) {
      std::memcpy(&x, at_, sizeof x);
      at_ += sizeof x;
    } else {
      at_ = end_;
      const std::uint64_t word = lot();
      std::memcpy(&x, &word, sizeof x);
    }
    return x;
  }

  // Any number there is: some by their bits, some out of those that arithmetic treats specially, and many of
  // ordinary magnitudes, since sums of the others are mostly infinite or NaN.
  template <class T>
  T number() {
    const bool given = at_ + 1 + sizeof(T) <= end_;
    const std::uint64_t drawn = given ? 0 : lot();
    const std::uint8_t kind = given ? *at_++ : static_cast<std::uint8_t>(drawn >> 56);
    T raw;
    if (given) {
      std::memcpy(&raw, at_, sizeof raw);
      at_ += sizeof raw;
    } else {
      std::memcpy(&raw, &drawn, sizeof raw);
    }
    if (kind < 24) return raw;
    if (kind < 64) return special<T>(kind);
    std::uint32_t mantissa;
    std::memcpy(&mantissa, &raw, sizeof mantissa);
    constexpr T scale[] = {T(-1e-3), T(-0.0625), T(-1), T(-30), T(1e-3), T(0.0625), T(1), T(30)};
    return scale[kind % 8] * static_cast<T>(mantissa) * T(1 / 4294967296.0);
  }

 private:
  template <class T>
  static T special(std::uint8_t kind) {
    using Limits = std::numeric_limits<T>;
    constexpr T numbers[] = {0,
                             1,
                             Limits::infinity(),
                             Limits::quiet_NaN(),
                             Limits::denorm_min(),
                             Limits::denorm_min() * 1000,
                             Limits::min(),
                             Limits::max(),
                             Limits::epsilon(),
                             T(1e-30)};
    const T x = numbers[(kind / 2) % (sizeof numbers / sizeof numbers[0])];
    return kind & 1 ? -x : x;
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t state_ = 0xcbf29ce484222325;
};

}  // namespace lanestep::fuzz
