#include "arena.h"

#include <algorithm>

namespace lanestep {
namespace {

std::size_t slotBytes(const Tensor& tensor, const Grid* grid, std::uint8_t kept) noexcept {
  const std::size_t n =
      grid == nullptr || !grid->walked() ? tensor.n : lengthOf(*grid, static_cast<Extent>(kept), tensor.n);
  return n * (tensor.wide ? sizeof(double) : sizeof(float));
}

// Slots lie at the parameter's address modulo a cache line, so that one lead-in serves all streams, and
// modulo a page for long ones, so that no store is taken for a load of another stream.
std::size_t modulus(std::size_t bytes) noexcept { return bytes >= 65536 ? 4096 : 64; }

std::size_t placed(std::size_t from, const Tensor& tensor, std::size_t bytes) noexcept {
  const std::size_t p = reinterpret_cast<std::uintptr_t>(tensor.p);
  return from + (p - from) % modulus(bytes);
}

template <class T>
List<T> copied(const std::vector<T>& from, std::size_t& at) noexcept {
  T* const to = reinterpret_cast<T*>(at);
  std::copy(from.begin(), from.end(), to);
  at += from.size() * sizeof(T);
  return {to, from.size()};
}

}  // namespace

std::size_t arenaBytes(const std::vector<Tensor>& tensors, const std::vector<Claim>& claims,
                       const std::uint8_t* kept, const std::vector<Grid>& grids) noexcept {
  // More than there is anywhere. Slots of columns may be that long where there are no rows, and so no
  // elements that memory was had for; many of them would come round to a small number again.
  constexpr std::size_t most = std::size_t{1} << 60;
  std::size_t total =
      tensors.size() * sizeof(Tensor) + claims.size() * sizeof(Claim) + grids.size() * sizeof(Grid);
  for (std::size_t i = 0; i < tensors.size(); i++) {
    for (int k = 0; k < maxSlots; k++) {
      const std::uint8_t extent = kept[i * maxSlots + k];
      const std::size_t bytes = slotBytes(tensors[i], grids.empty() ? nullptr : &grids[i], extent);
      if (extent) total = std::min(most, total + bytes + modulus(bytes));
    }
  }
  return total;
}

void layOut(Plan& plan, void* memory, const std::vector<Tensor>& tensors, const std::vector<Claim>& claims,
            const std::uint8_t* kept, const std::vector<Grid>& grids) noexcept {
  static_assert(sizeof(Tensor) % alignof(Claim) == 0 && sizeof(Claim) % alignof(Grid) == 0,
                "claims follow tensors, and grids claims");
  std::size_t at = reinterpret_cast<std::uintptr_t>(memory);
  plan.tensors = copied(tensors, at);
  plan.claims = copied(claims, at);
  plan.grids = copied(grids, at);
  for (std::size_t i = 0; i < tensors.size(); i++) {
    Tensor& tensor = plan.tensors[i];
    for (int k = 0; k < maxSlots; k++) {
      const std::uint8_t extent = kept[i * maxSlots + k];
      if (!extent) continue;
      if (!grids.empty()) plan.grids[i].extents[k] = static_cast<Extent>(extent);
      const std::size_t bytes = slotBytes(tensor, grids.empty() ? nullptr : &grids[i], extent);
      at = placed(at, tensor, bytes);
      tensor.slots[k] = reinterpret_cast<void*>(at);
      at += bytes;
    }
  }
}

}  // namespace lanestep
