#include "multiply.h"

#include <memory>

#include "packed.h"

namespace lanestep {

void multiply(const Products& by, double* out, std::size_t rows, std::size_t columns, std::size_t depth,
              const Factor& left, const Factor& right, bool symmetric, unsigned threads, bool wakes) {
  // Not zeroed: packing writes all of it.
  const std::unique_ptr<double[]> packedLeft(new double[upTo(rows, by.rows) * depth]);
  const std::unique_ptr<double[]> packedRight(new double[upTo(columns, by.columns) * depth]);
  const DefaultFloating floating;
  const Crew crew{threads, wakes};
  const auto lines = [&](const Factor& factor, std::size_t count, bool byRows) {
    // A row of the left factor and a column of the right one.
    return byRows ? Lines<double>{factor.at, count, depth, 1} : Lines<double>{factor.at, count, 1, count};
  };
  packed(crew, packedLeft.get(), lines(left, rows, !left.turned), by.rows, depth);
  packed(crew, packedRight.get(), lines(right, columns, right.turned), by.columns, depth);
  multiply(crew, by,
           {rows, columns, depth, packedLeft.get(), packedRight.get(), out, nullptr, 0, 1, symmetric});
  if (symmetric) mirrored(crew, out, rows);
}

}  // namespace lanestep
