// Steps without Node: reads a job from standard input, runs it on the plans and kernels of native/, and
// writes what became of parameters and slots. So that kernels can be run for processors and under tools that
// Node is not at home on (test/runner/command.ts speaks to it; scripts/neon.sh builds it).
//
// A job, little-endian: u32 threads, wide, tensors, steps, passes of a step; u32 length and bytes of the
// instruction set's name ("" for the best) and of each pass's kernel's; u8 extents[maxSlots]; f64
// rows[steps][passes][rowLength]; for each tensor u32 length, offset, and of its grid matrices, rows,
// columns, height (zeros for none), its parameter and its kept slots; f64 that stands for no sum; for each
// step and tensor its gradient. The outcome: for each tensor its parameter, its kept slots, and f64 sums
// [steps][passes], each of them [parts][maxSums], then those of rows and of the columns of bands.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "../../native/dispatch.h"
#include "../../native/orthogonal.h"
#include "../../native/plan.h"

namespace {

using namespace lanestep;

void take(void* to, std::size_t bytes) {
  if (bytes != 0 && std::fread(to, 1, bytes, stdin) != bytes) {
    std::fputs("the job is cut short\n", stderr);
    std::exit(2);
  }
}

template <class T>
T take() {
  T x;
  take(&x, sizeof x);
  return x;
}

std::string takeText() {
  std::string text(take<std::uint32_t>(), '\0');
  take(&text[0], text.size());
  return text;
}

// An array that begins `offset` elements into its memory.
struct Array {
  std::vector<unsigned char> memory;
  void* data = nullptr;
  std::size_t bytes = 0;

  void make(std::size_t length, std::size_t offset, std::size_t size) {
    bytes = length * size;
    memory.resize(bytes + offset * size + 64);
    data = memory.data() + offset * size;
  }
};

[[noreturn]] void refuse(const char* what, const std::string& name) {
  std::fprintf(stderr, "no %s %s\n", what, name.c_str());
  std::exit(2);
}

}  // namespace

int main() {
  const auto threads = take<std::uint32_t>(), wide = take<std::uint32_t>();
  const auto count = take<std::uint32_t>(), steps = take<std::uint32_t>(), passes = take<std::uint32_t>();
  const std::string setName = takeText();
  std::vector<std::string> kernelNames;
  for (std::uint32_t pass = 0; pass < passes; pass++) kernelNames.push_back(takeText());
  unsigned char kept[maxSlots];
  take(kept, sizeof kept);
  std::vector<double> rows(steps * passes * rowLength);
  take(rows.data(), rows.size() * sizeof(double));

  Plan plan = {};
  Offer offers[maxOffers];
  const std::size_t offered = instructionSets(offers);
  for (std::size_t i = offered; i-- > 0;)
    if (offers[i].supported && (setName.empty() || setName == offers[i].set->name)) plan.set = offers[i].set;
  if (plan.set == nullptr) refuse("instruction set", setName);
  std::vector<std::uint32_t> variants;
  for (const std::string& name : kernelNames) {
    std::uint32_t variant = 0;
    while (variant < plan.set->variantCount && name != plan.set->variants[variant].name) variant++;
    if (variant == plan.set->variantCount) refuse("kernel", name);
    variants.push_back(variant);
  }

  const std::size_t size = wide ? sizeof(double) : sizeof(float);
  std::vector<Tensor> tensors;
  std::vector<Grid> grids;
  std::vector<Array> p(count), g(count), slots(count * maxSlots);
  for (std::uint32_t i = 0; i < count; i++) {
    const auto length = take<std::uint32_t>(), offset = take<std::uint32_t>();
    Grid grid = {};
    for (std::size_t* number : {&grid.matrices, &grid.rows, &grid.columns, &grid.height})
      *number = take<std::uint32_t>();
    for (int k = 0; k < maxSlots; k++) grid.extents[k] = static_cast<Extent>(kept[k]);
    grids.push_back(grid);
    p[i].make(length, offset, size);
    g[i].make(length, (offset * 7) % 16, size);
    take(p[i].data, p[i].bytes);
    Tensor tensor = {length, p[i].data, p[i].data, g[i].data, {}, nullptr, wide != 0, nullptr};
    for (int k = 0; k < maxSlots; k++) {
      if (!kept[k]) continue;
      Array& slot = slots[i * maxSlots + k];
      slot.make(grid.walked() ? lengthOf(grid, grid.extents[k], length) : length, offset, size);
      take(slot.data, slot.bytes);
      tensor.slots[k] = slot.data;
    }
    tensors.push_back(tensor);
  }
  const std::vector<std::uint32_t> rowOf(count, 0);
  std::vector<std::uint32_t> variantOf(count);
  plan.rowOf = rowOf.data();
  plan.variantOf = variantOf.data();
  // Of each tensor the sums of its parts, then of rows and columns.
  std::vector<std::size_t> widths;
  const auto partsOf = [&](std::size_t i) {
    return grids[i].walked() ? grids[i].bands() : (tensors[i].n + blockLength - 1) / blockLength;
  };
  for (std::size_t i = 0; i < count; i++) {
    const Grid& grid = grids[i];
    const std::size_t sides =
        maxSums * grid.matrices * grid.rows + (grid.walked() ? grid.bands() * grid.columns : 0);
    widths.push_back(partsOf(i) * maxSums + sides);
  }
  std::vector<double> sums(std::accumulate(widths.begin(), widths.end(), std::size_t{0}));
  for (std::size_t i = 0, at = 0; i < count; at += widths[i++]) {
    tensors[i].sums = sums.data() + at;
    grids[i].rowSums = tensors[i].sums + partsOf(i) * maxSums;
    grids[i].columnSums = grids[i].rowSums + maxSums * grids[i].matrices * grids[i].rows;
  }
  std::vector<Claim> claims = cut(tensors, grids);
  plan.grids = {grids.data(), grids.size()};
  plan.tensors = {tensors.data(), tensors.size()};
  plan.claims = {claims.data(), claims.size()};
  std::vector<char> room(roomBytes(*plan.set, tensors, grids) + 64);
  plan.room = room.data() + (0 - reinterpret_cast<std::uintptr_t>(room.data())) % 64;

  // What stands where sums are written, and what each pass made of it.
  const double none = take<double>();
  std::vector<std::vector<double>> added;
  for (std::uint32_t step = 0; step < steps; step++) {
    for (Array& gradient : g) take(gradient.data, gradient.bytes);
    for (std::uint32_t pass = 0; pass < passes; pass++) {
      variantOf.assign(count, variants[pass]);
      plan.rows = rows.data() + (step * passes + pass) * rowLength;
      sums.assign(sums.size(), none);
      plan.step(threads);
      added.push_back(sums);
    }
  }

  const auto give = [](const Array& array) { std::fwrite(array.data, 1, array.bytes, stdout); };
  for (std::uint32_t i = 0; i < count; i++) {
    give(p[i]);
    for (int k = 0; k < maxSlots; k++)
      if (kept[k]) give(slots[i * maxSlots + k]);
    const std::size_t at = static_cast<std::size_t>(tensors[i].sums - sums.data());
    for (const auto& all : added) std::fwrite(all.data() + at, sizeof(double), widths[i], stdout);
  }
  return 0;
}
