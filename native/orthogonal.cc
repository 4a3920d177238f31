#include "orthogonal.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "isa/floating.h"
#include "packed.h"

namespace lanestep {
namespace {

// What threads take at a time of work that moves memory.
constexpr std::size_t pieceLength = 16384;

constexpr std::size_t line = 64;
constexpr std::size_t lines(std::size_t bytes) noexcept { return (bytes + line - 1) / line * line; }

// What products need room for, in elements: X while it becomes another, b A + c A A, and two packed factors.
struct Needs {
  std::size_t other, square, left, right;
};

// Of X with m rows of n, m <= n.
Needs needsOf(const Products& by, std::size_t m, std::size_t n) noexcept {
  if (m == 0) return {0, 0, 0, 0};
  return {m * n, m * m, upTo(m, by.rows) * n, std::max(upTo(m, by.columns) * n, upTo(n, by.columns) * m)};
}

// work(begin, end) for pieces of so many elements.
template <class Work>
void eachPiece(const Crew& crew, std::size_t n, const Work& work) noexcept {
  crew.share(upTo(n, pieceLength) / pieceLength, static_cast<double>(n),
             [&](std::size_t piece) { work(piece * pieceLength, std::min(n, (piece + 1) * pieceLength)); });
}

template <class Lane>
struct Room {
  Lane *other, *square, *left, *right;
};

// One matrix of `rows` by `columns` at `u`.
template <class Lane>
void orthogonalize(const Crew& crew, const Products& by, Lane* u, std::size_t rows, std::size_t columns,
                   const double* numbers, const Room<Lane>& room) noexcept {
  const bool turns = rows > columns;
  const std::size_t m = std::min(rows, columns), n = std::max(rows, columns);
  const Lane size = static_cast<Lane>(numbers[0]);
  eachPiece(crew, m * n, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; i++) u[i] = u[i] / size;
  });
  Lane *x = u, *other = room.other;
  if (turns) {
    turned(crew, other, u, rows, columns);
    std::swap(x, other);
  }
  const auto factors = [&](const Lines<Lane>& left, const Lines<Lane>& right, std::size_t k) {
    packed(crew, room.left, left, by.rows, k);
    packed(crew, room.right, right, by.columns, k);
  };
  for (double step = 0; step < numbers[4]; step++) {
    // A is where X will be, which needs it no more.
    Lane *const a = other, *const b = room.square;
    factors({x, m, n, 1}, {x, m, n, 1}, n);
    multiply(crew, by, {m, m, n, room.left, room.right, a, nullptr, 0, 1, true});
    mirrored(crew, a, m);
    factors({a, m, m, 1}, {a, m, 1, m}, m);
    multiply(crew, by, {m, m, m, room.left, room.right, b, a, numbers[2], numbers[3], true});
    mirrored(crew, b, m);
    factors({b, m, m, 1}, {x, n, 1, n}, m);
    multiply(crew, by, {m, n, m, room.left, room.right, other, x, numbers[1], 1, false});
    std::swap(x, other);
  }
  if (turns) {
    if (x == u) {
      std::memcpy(other, x, m * n * sizeof(Lane));
      std::swap(x, other);
    }
    turned(crew, u, static_cast<const Lane*>(x), m, n);
  } else if (x != u) {
    std::memcpy(u, x, m * n * sizeof(Lane));
  }
}

template <class Lane>
void eachMatrix(const Crew& crew, const Products& by, const Tensor& tensor, const Grid& grid,
                const double* numbers, void* memory) noexcept {
  const std::size_t m = std::min(grid.rows, grid.columns), n = std::max(grid.rows, grid.columns);
  const Needs needs = needsOf(by, m, n);
  char* at = static_cast<char*>(memory);
  const auto next = [&](std::size_t elements) {
    Lane* const here = reinterpret_cast<Lane*>(at);
    at += lines(elements * sizeof(Lane));
    return here;
  };
  Room<Lane> room;
  room.other = next(needs.other);
  room.square = next(needs.square);
  room.left = next(needs.left);
  room.right = next(needs.right);
  Lane* u = static_cast<Lane*>(tensor.slots[wholeSlot]);
  for (std::size_t k = 0; m > 0 && k < grid.matrices; k++, u += m * n)
    orthogonalize(crew, by, u, grid.rows, grid.columns, numbers, room);
}

}  // namespace

std::size_t roomBytes(const InstructionSet& set, const std::vector<Tensor>& tensors,
                      const std::vector<Grid>& grids) noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i < grids.size(); i++) {
    const Grid& grid = grids[i];
    if (!grid.walked() || tensors[i].n == 0) continue;
    const Needs needs = needsOf(tensors[i].wide ? set.float64 : set.float32,
                                std::min(grid.rows, grid.columns), std::max(grid.rows, grid.columns));
    const std::size_t size = tensors[i].wide ? sizeof(double) : sizeof(float);
    most = std::max(most, lines(needs.other * size) + lines(needs.square * size) + lines(needs.left * size) +
                              lines(needs.right * size));
  }
  return most;
}

void newtonSchulz(const InstructionSet& set, const Tensor& tensor, const Grid& grid, const double* numbers,
                  void* room, unsigned threads, bool wakes) noexcept {
  const DefaultFloating floating;
  const Crew crew{threads, wakes};
  if (tensor.wide)
    eachMatrix<double>(crew, set.float64, tensor, grid, numbers, room);
  else
    eachMatrix<float>(crew, set.float32, tensor, grid, numbers, room);
}

}  // namespace lanestep
