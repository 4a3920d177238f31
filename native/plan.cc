#include "plan.h"

#include <algorithm>

#include "isa/floating.h"
#include "orthogonal.h"
#include "parallel.h"

namespace lanestep {
namespace {

// Smaller claims cost more to hand out than they gain (bench/tuning.ts).
constexpr std::size_t claimLength = 16384;
static_assert(claimLength % blockLength == 0, "a sum is of a whole block");

Form formOf(const double* row) noexcept {
  const bool scales = row[Row::factor] != 1 || row[Row::keep] != 1;
  return row[Row::rate] != 0 ? decayed : scales ? scaled : bare;
}

// Calls work(row) with the numbers of a row in the type of their tensors.
template <class Work>
void withNumbers(const double* row, bool wide, const Work& work) noexcept {
  if (wide) {
    work(row);
  } else {
    float rounded[rowLength];
    for (std::size_t k = 0; k < rowLength; k++) rounded[k] = static_cast<float>(row[k]);
    work(rounded);
  }
}

// Updates tensors of the plan, or the piece of one, which go by the numbers and the type of one of them.
void update(Kernel kernel, const double* row, const Tensor* tensors, std::size_t count) noexcept {
  withNumbers(row, tensors->wide, [&](const void* numbers) { kernel(tensors, count, numbers); });
}

std::size_t laneBytes(const Tensor& tensor) noexcept { return tensor.wide ? sizeof(double) : sizeof(float); }

// Elements [begin, end) of a tensor.
Tensor piece(const Tensor& tensor, std::size_t begin, std::size_t end) noexcept {
  const std::size_t offset = begin * laneBytes(tensor);
  const auto at = [&](void* array) { return array ? static_cast<char*>(array) + offset : nullptr; };
  Tensor part = tensor;
  part.n = end - begin;
  part.from = static_cast<const char*>(tensor.from) + offset;
  part.p = at(tensor.p);
  part.g = static_cast<const char*>(tensor.g) + offset;
  for (void*& slot : part.slots) slot = at(slot);
  part.sums = tensor.sums + begin / blockLength * maxSums;
  return part;
}

// A row of a grid as a tensor of its own.
Tensor rowOf(const Tensor& tensor, const Grid& grid, std::size_t row) noexcept {
  const std::size_t columns = grid.columns;
  Tensor one = piece(tensor, row * columns, (row + 1) * columns);
  for (int k = 0; k < maxSlots; k++) {
    if (tensor.slots[k] == nullptr || grid.extents[k] == Extent::full) continue;
    const std::size_t at = grid.extents[k] == Extent::row ? row : row / grid.rows * columns;
    one.slots[k] = static_cast<char*>(tensor.slots[k]) + at * laneBytes(tensor);
  }
  return one;
}

// Columns [begin, end) of a row.
Tensor columnsOf(const Tensor& row, const Grid& grid, std::size_t begin, std::size_t end) noexcept {
  Tensor part = piece(row, begin, end);
  for (int k = 0; k < maxSlots; k++)
    if (grid.extents[k] == Extent::row) part.slots[k] = row.slots[k];
  part.columns = row.columns + begin;
  return part;
}

// Updates a band row by row. A row is added up like a tensor, in blocks; the rows of a band are added up one
// after the other, and so are those of each of its columns.
void updateBand(const Plan& plan, Kernel kernel, const void* numbers, std::size_t index,
                std::size_t band) noexcept {
  const Tensor& tensor = plan.tensors[index];
  const Grid& grid = plan.grids[index];
  const Variant& variant = plan.set->variants[plan.variantOf[index]];
  const std::size_t matrix = band / grid.bandsOfOne(), within = band % grid.bandsOfOne() * grid.height;
  const std::size_t first = matrix * grid.rows + within;
  const std::size_t last = first + std::min(grid.height, grid.rows - within);
  const std::size_t width = variant.sums == 0 ? grid.columns : blockLength;
  double* const total = tensor.sums + band * maxSums;
  double* const columns = grid.columnSums + band * grid.columns;
  std::fill_n(total, variant.sums, 0.0);
  if (variant.columns) std::fill_n(columns, grid.columns, 0.0);
  const auto take = [&](double* sums, const double* more) {
    for (int k = 0; k < variant.sums; k++)
      sums[k] = !variant.largest ? sums[k] + more[k] : more[k] > sums[k] ? more[k] : sums[k];
  };
  for (std::size_t i = first; i < last; i++) {
    Tensor row = rowOf(tensor, grid, i);
    row.columns = columns;
    double sums[maxSums] = {}, block[maxSums];
    for (std::size_t begin = 0; begin < grid.columns; begin += width) {
      Tensor part = columnsOf(row, grid, begin, std::min(grid.columns, begin + width));
      part.sums = block;
      kernel(&part, 1, numbers);
      take(sums, block);
    }
    for (int k = 0; k < variant.sums; k++) grid.rowSums[k * grid.matrices * grid.rows + i] = sums[k];
    take(total, sums);
  }
}

void updateBands(const Plan& plan, Kernel kernel, std::size_t index, std::size_t begin,
                 std::size_t end) noexcept {
  const double* const row = plan.rows + plan.rowOf[index] * rowLength;
  withNumbers(row, plan.tensors[index].wide, [&](const void* numbers) {
    for (std::size_t band = begin; band < end; band++) updateBand(plan, kernel, numbers, index, band);
  });
}

// On whichever thread: its floating-point state is not ours.
void workOff(const void* context, std::size_t index) noexcept {
  const DefaultFloating floating;
  const Plan& plan = *static_cast<const Plan*>(context);
  const Claim& claim = plan.claims[index];
  const Tensor* const tensors = plan.tensors.begin();
  const auto rowOf = [&](std::size_t i) { return plan.rows + plan.rowOf[i] * rowLength; };
  const auto isGrid = [&](std::size_t i) { return plan.grids.size() > 0 && plan.grids[i].walked(); };
  if (claim.end != 0) {
    const Kernel kernel = plan.kernelOf(claim.first);
    if (kernel == nullptr) return;
    if (isGrid(claim.first)) {
      updateBands(plan, kernel, claim.first, claim.begin, claim.end);
      return;
    }
    const Tensor part = piece(tensors[claim.first], claim.begin, claim.end);
    update(kernel, rowOf(claim.first), &part, 1);
    return;
  }
  for (std::size_t i = claim.first, next; i < claim.last; i = next) {
    next = i + 1;
    const Kernel kernel = plan.kernelOf(i);
    if (kernel == nullptr) continue;
    if (isGrid(i)) {
      updateBands(plan, kernel, i, 0, plan.grids[i].bands());
      continue;
    }
    // Those that follow go with it while they have its row, its variant and its type.
    const auto alike = [&](std::size_t k) {
      return plan.rowOf[k] == plan.rowOf[i] && plan.variantOf[k] == plan.variantOf[i] &&
             tensors[k].wide == tensors[i].wide && tensors[k].g != nullptr && !isGrid(k);
    };
    while (next < claim.last && alike(next)) next++;
    update(kernel, rowOf(i), tensors + i, next - i);
  }
}

}  // namespace

std::size_t lengthOf(const Grid& grid, Extent extent, std::size_t n) noexcept {
  if (extent == Extent::row) return grid.matrices * grid.rows;
  return extent == Extent::column ? grid.matrices * grid.columns : n;
}

std::vector<Claim> cut(const std::vector<Tensor>& tensors, const std::vector<Grid>& grids) {
  std::vector<Claim> claims;
  std::size_t first = 0, gathered = 0;
  const auto isGrid = [&](std::size_t i) { return !grids.empty() && grids[i].walked(); };
  const auto endOf = [&](std::size_t i) { return isGrid(i) ? grids[i].bands() : tensors[i].n; };
  const auto close = [&](std::size_t last) {
    if (first < last) claims.push_back({first, last, 0, 0});
    gathered = 0;
  };
  for (std::size_t i = 0; i < tensors.size(); i++) {
    const std::size_t n = tensors[i].n;
    if (n >= 2 * claimLength) {
      close(i);
      // Of a grid as many bands as come next to that.
      const std::size_t end = endOf(i);
      const std::size_t length = isGrid(i) ? std::max<std::size_t>(1, claimLength / (n / end)) : claimLength;
      for (std::size_t begin = 0; begin < end; begin += length) {
        const bool last = end - begin < 2 * length;
        claims.push_back({i, i + 1, begin, last ? end : begin + length});
        if (last) break;
      }
      first = i + 1;
    } else if ((gathered += n) >= claimLength) {
      close(i + 1);
      first = i + 1;
    }
  }
  close(tensors.size());
  return claims;
}

std::size_t Plan::slotLength(std::size_t index, int slot) const noexcept {
  if (grids.size() == 0 || !grids[index].walked()) return tensors[index].n;
  return lengthOf(grids[index], grids[index].extents[slot], tensors[index].n);
}

Kernel Plan::kernelOf(std::size_t index) const noexcept {
  // JavaScript never writes an index out of range, nor asks for a form that there is not; what is wild still
  // must not read wild memory.
  const std::uint32_t row = rowOf[index], variant = variantOf[index];
  const Tensor& tensor = tensors[index];
  if (row >= tensors.size() || variant >= set->variantCount || tensor.g == nullptr) return nullptr;
  const Variant& chosen = set->variants[variant];
  if (chosen.byRows && (grids.size() == 0 || !grids[index].walked())) return nullptr;
  return (tensor.wide ? chosen.float64 : chosen.float32)[formOf(rows + row * rowLength)];
}

void Plan::stepWhole(unsigned threads, bool wakes) const noexcept {
  for (std::size_t i = 0; i < grids.size(); i++) {
    const std::uint32_t row = rowOf[i], variant = variantOf[i];
    if (row >= tensors.size() || variant >= set->variantCount || !set->variants[variant].whole) continue;
    if (!grids[i].walked() || tensors[i].slots[wholeSlot] == nullptr || tensors[i].g == nullptr) continue;
    if (grids[i].extents[wholeSlot] != Extent::full) continue;
    newtonSchulz(*set, tensors[i], grids[i], rows + row * rowLength + Row::coefficients, room, threads,
                 wakes);
  }
}

void Plan::step(unsigned threads, bool wakes) noexcept {
  if (threads > 1) {
    parallel(threads, claims.size(), workOff, this, wakes);
  } else {
    for (std::size_t i = 0; i < claims.size(); i++) workOff(this, i);
  }
  if (room != nullptr) stepWhole(threads, wakes);
  if (!moving) return;
  moving = false;
  for (std::size_t i = 0; i < tensors.size(); i++) {
    Tensor& tensor = tensors[i];
    if (kernelOf(i) != nullptr && set->variants[variantOf[i]].moves) tensor.from = tensor.p;
    moving = moving || tensor.from != tensor.p;
  }
}

}  // namespace lanestep
