// Products of matrices, as threads share them: factors are packed into the lines that tiles read.
#pragma once

#include <algorithm>
#include <cstddef>

#include "isa/floating.h"
#include "kernels.h"
#include "parallel.h"

namespace lanestep {

// Less work than so many products of two numbers is not shared.
inline constexpr double sharedFrom = 262144;
// Matrices are turned over in squares of this side.
inline constexpr std::size_t square = 32;

constexpr std::size_t upTo(std::size_t n, std::size_t step) noexcept { return (n + step - 1) / step * step; }

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

// A product whose factors are packed.
inline void multiply(const Crew& crew, const Products& by, const Product& product) noexcept {
  const std::size_t across = upTo(product.n, by.blockColumns) / by.blockColumns;
  const std::size_t down = upTo(product.m, by.blockRows) / by.blockRows;
  const double amount =
      static_cast<double>(product.m) * static_cast<double>(product.n) * static_cast<double>(product.k);
  crew.share(across * down, amount, [&](std::size_t i) {
    by.block(product, i / across * by.blockRows, i % across * by.blockColumns);
  });
}

}  // namespace lanestep
