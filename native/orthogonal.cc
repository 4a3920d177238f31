#include "orthogonal.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "isa/floating.h"
#include "parallel.h"

namespace lanestep {
namespace {

// Less work than so many products of two numbers is not shared.
constexpr double sharedFrom = 262144;
// What threads take at a time of work that moves memory.
constexpr std::size_t pieceLength = 16384;
// Matrices are turned over in squares of this side.
constexpr std::size_t square = 32;

constexpr std::size_t line = 64;
constexpr std::size_t lines(std::size_t bytes) noexcept { return (bytes + line - 1) / line * line; }
constexpr std::size_t upTo(std::size_t n, std::size_t step) noexcept { return (n + step - 1) / step * step; }

// What products need room for, in elements: X while it becomes another, b A + c A A, and two packed factors.
struct Needs {
  std::size_t other, square, left, right;
};

// Of X with m rows of n, m <= n.
Needs needsOf(const Products& by, std::size_t m, std::size_t n) noexcept {
  if (m == 0) return {0, 0, 0, 0};
  return {m * n, m * m, upTo(m, by.rows) * n, std::max(upTo(m, by.columns) * n, upTo(n, by.columns) * m)};
}

// How threads share work.
struct Crew {
  unsigned threads;
  bool wakes;

  // work(i) for each i below count; on whichever thread, whose floating-point state is not ours.
  template <class Work>
  void share(std::size_t count, double amount, const Work& work) const noexcept {
    const auto task = [](const void* context, std::size_t i) noexcept {
      const DefaultFloating floating;
      (*static_cast<const Work*>(context))(i);
    };
    if (threads > 1 && count > 1 && amount >= sharedFrom) {
      parallel(threads, count, task, &work, wakes);
    } else {
      for (std::size_t i = 0; i < count; i++) task(&work, i);
    }
  }
};

// Where lines of a factor are, rows of the left one or columns of the right one: element k of line i.
template <class Lane>
struct Lines {
  const Lane* at;
  std::size_t count, line, step;
};

// A factor as tiles read it: `width` lines side by side, element by element, and zeros where there is none.
template <class Lane>
void packed(const Crew& crew, Lane* to, const Lines<Lane>& lines, std::size_t width, std::size_t k) noexcept {
  const std::size_t panels = upTo(lines.count, width) / width;
  crew.share(panels, static_cast<double>(lines.count * k), [&](std::size_t panel) {
    const std::size_t first = panel * width, count = std::min(width, lines.count - first);
    Lane* out = to + first * k;
    for (std::size_t q = 0; q < k; q++, out += width) {
      const Lane* const from = lines.at + first * lines.line + q * lines.step;
      for (std::size_t i = 0; i < count; i++) out[i] = from[i * lines.line];
      for (std::size_t i = count; i < width; i++) out[i] = 0;
    }
  });
}

// A symmetric matrix whose lower half is there.
template <class Lane>
void mirrored(const Crew& crew, Lane* a, std::size_t m) noexcept {
  crew.share(upTo(m, square) / square, static_cast<double>(m * m), [&](std::size_t band) {
    const std::size_t top = band * square, bottom = std::min(m, top + square);
    for (std::size_t left = top; left < m; left += square) {
      const std::size_t right = std::min(m, left + square);
      for (std::size_t i = top; i < bottom; i++)
        for (std::size_t j = std::max(left, i + 1); j < right; j++) a[i * m + j] = a[j * m + i];
    }
  });
}

// A matrix of so many rows as one of so many columns.
template <class Lane>
void turned(const Crew& crew, Lane* to, const Lane* from, std::size_t rows, std::size_t columns) noexcept {
  crew.share(upTo(rows, square) / square, static_cast<double>(rows * columns), [&](std::size_t band) {
    const std::size_t top = band * square, bottom = std::min(rows, top + square);
    for (std::size_t left = 0; left < columns; left += square) {
      const std::size_t right = std::min(columns, left + square);
      for (std::size_t i = top; i < bottom; i++)
        for (std::size_t j = left; j < right; j++) to[j * rows + i] = from[i * columns + j];
    }
  });
}

// work(begin, end) for pieces of so many elements.
template <class Work>
void eachPiece(const Crew& crew, std::size_t n, const Work& work) noexcept {
  crew.share(upTo(n, pieceLength) / pieceLength, static_cast<double>(n),
             [&](std::size_t piece) { work(piece * pieceLength, std::min(n, (piece + 1) * pieceLength)); });
}

// A product whose factors are packed.
void multiply(const Crew& crew, const Products& by, const Product& product) noexcept {
  const std::size_t across = upTo(product.n, by.blockColumns) / by.blockColumns;
  const std::size_t down = upTo(product.m, by.blockRows) / by.blockRows;
  const double amount =
      static_cast<double>(product.m) * static_cast<double>(product.n) * static_cast<double>(product.k);
  crew.share(across * down, amount, [&](std::size_t i) {
    by.block(product, i / across * by.blockRows, i % across * by.blockColumns);
  });
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
