// What an instruction set offers: a kernel for every variant of every rule, in each of its forms.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lanestep {

// No rule has more letters of state than this.
constexpr int maxSlots = 6;

// No rule reads more coefficients than this.
constexpr int maxCoefficients = 12;

// No kernel has more sums than this. A sum is of a block of so many elements, counted from its tensor's
// first.
constexpr int maxSums = 4;
constexpr std::size_t blockLength = 4096;

// A block's numbers are added up in so many lanes. They become one number in this order: 4 and 4, 2 and 2, 1
// and 1, whose sums, or whose larger ones, are taken.
constexpr int sumLanes = 8;
double folded(double* lanes, bool largest) noexcept;

// A row of numbers for a step: the stages' three, then the rule's coefficients.
struct Row {
  enum : std::size_t { factor, rate, keep, coefficients };
};
constexpr std::size_t rowLength = Row::coefficients + maxCoefficients;

// A tensor, or a run of its elements. The pointers are to floats or to doubles.
struct Tensor {
  std::size_t n;
  const void* from;  // where the parameter is read: `p`, or where it was before it moved
  void* p;
  const void* g;          // null until a gradient is bound
  void* slots[maxSlots];  // null where the variant keeps no such slot
  double* sums;           // [blocks][maxSums], where a kernel leaves what it added up
  bool wide;              // doubles
  double* columns;        // a row's: [n], to which a kernel adds its own; see `Variant::columns`
};

// Updates tensors of one type that follow one another and read the same row, whose numbers were rounded once
// to that type.
using Kernel = void (*)(const Tensor* tensors, std::size_t count, const void* row) noexcept;

// The forms of a kernel: without the stages, which is for rows whose factor and keep are 1 and whose rate is
// 0; with all but coupled weight decay, which is for rates of 0; and with all of them. A kernel has those
// that its rows can ask for; null stands for the others.
enum Form { bare, scaled, decayed, forms };

struct Variant {
  const char* name;   // the rule's name, then its flags: "adam", "adam.amsgrad"
  bool moves;         // whether it writes the parameter
  std::uint8_t sums;  // how many it has
  bool largest;       // whether those are largest numbers
  bool columns;       // whether it also adds up by columns
  bool byRows;        // whether it is for tensors that are walked row by row, and for no others
  bool whole;         // whether it is no kernel, but work on whole matrices (orthogonal.h)
  Kernel float32[forms];
  Kernel float64[forms];
};

// A product of matrices, out = a b, or alpha c + beta a b. An element of a b is added up in the order of k,
// each product rounded, then added: so blocks may be taken in any order, by any thread.
struct Product {
  std::size_t m, n, k;       // the result has m rows of n; k is what it is added up over
  const void *left, *right;  // a and b, packed: packed.h
  void* out;
  const void* c;  // null: the product by itself
  double alpha, beta;
  bool symmetric;  // whether the result is; then only its lower half is computed
};

// Products of one type.
struct Products {
  std::size_t rows, columns;            // of a tile, whose sums are in registers
  std::size_t blockRows, blockColumns;  // of a block, which a thread takes at a time: whole tiles
  void (*block)(const Product& product, std::size_t row, std::size_t column) noexcept;
};

struct InstructionSet {
  const char* name;
  const Variant* variants;
  std::size_t variantCount;
  Products float32, float64;
};

}  // namespace lanestep
