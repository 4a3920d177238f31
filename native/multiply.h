// A product of two matrices of doubles, by itself: what TypeScript makes of whole matrices between two
// passes.
#pragma once

#include <cstddef>

#include "kernels.h"

namespace lanestep {

// A matrix row by row; `turned` where its columns are meant for rows.
struct Factor {
  const double* at;
  bool turned;
};

// out = left right, of `rows` by `columns`, added up over `depth`, each of which is above 0. Where it is
// `symmetric`, half of it is computed, and copied. Throws std::bad_alloc, before anything is written.
void multiply(const Products& by, double* out, std::size_t rows, std::size_t columns, std::size_t depth,
              const Factor& left, const Factor& right, bool symmetric, unsigned threads, bool wakes);

}  // namespace lanestep
