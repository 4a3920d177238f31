#include "plan.h"

#include "isa/floating.h"
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

// Updates tensors of the plan, or the piece of one, which go by the numbers and the type of one of them.
void update(Kernel kernel, const double* row, const Tensor* tensors, std::size_t count) noexcept {
  if (tensors->wide) {
    kernel(tensors, count, row);
  } else {
    float rounded[rowLength];
    for (std::size_t k = 0; k < rowLength; k++) rounded[k] = static_cast<float>(row[k]);
    kernel(tensors, count, rounded);
  }
}

// Elements [begin, end) of a tensor.
Tensor piece(const Tensor& tensor, std::size_t begin, std::size_t end) noexcept {
  const std::size_t offset = begin * (tensor.wide ? sizeof(double) : sizeof(float));
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

// On whichever thread: its floating-point state is not ours.
void workOff(const void* context, std::size_t index) noexcept {
  const DefaultFloating floating;
  const Plan& plan = *static_cast<const Plan*>(context);
  const Claim& claim = plan.claims[index];
  const Tensor* const tensors = plan.tensors.begin();
  const auto rowOf = [&](std::size_t i) { return plan.rows + plan.rowOf[i] * rowLength; };
  if (claim.end != 0) {
    const Kernel kernel = plan.kernelOf(claim.first);
    if (kernel == nullptr) return;
    const Tensor part = piece(tensors[claim.first], claim.begin, claim.end);
    update(kernel, rowOf(claim.first), &part, 1);
    return;
  }
  for (std::size_t i = claim.first, next; i < claim.last; i = next) {
    next = i + 1;
    const Kernel kernel = plan.kernelOf(i);
    if (kernel == nullptr) continue;
    // Those that follow go with it while they have its row, its variant and its type.
    const auto alike = [&](std::size_t k) {
      return plan.rowOf[k] == plan.rowOf[i] && plan.variantOf[k] == plan.variantOf[i] &&
             tensors[k].wide == tensors[i].wide && tensors[k].g != nullptr;
    };
    while (next < claim.last && alike(next)) next++;
    update(kernel, rowOf(i), tensors + i, next - i);
  }
}

}  // namespace

std::vector<Claim> cut(const std::vector<Tensor>& tensors) {
  std::vector<Claim> claims;
  std::size_t first = 0, gathered = 0;
  const auto close = [&](std::size_t last) {
    if (first < last) claims.push_back({first, last, 0, 0});
    gathered = 0;
  };
  for (std::size_t i = 0; i < tensors.size(); i++) {
    const std::size_t n = tensors[i].n;
    if (n >= 2 * claimLength) {
      close(i);
      for (std::size_t begin = 0; begin < n; begin += claimLength) {
        const bool last = n - begin < 2 * claimLength;
        claims.push_back({i, i + 1, begin, last ? n : begin + claimLength});
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

Kernel Plan::kernelOf(std::size_t index) const noexcept {
  // JavaScript never writes an index out of range, nor asks for a form that there is not; what is wild still
  // must not read wild memory.
  const std::uint32_t row = rowOf[index], variant = variantOf[index];
  const Tensor& tensor = tensors[index];
  if (row >= tensors.size() || variant >= set->variantCount || tensor.g == nullptr) return nullptr;
  const Variant& chosen = set->variants[variant];
  return (tensor.wide ? chosen.float64 : chosen.float32)[formOf(rows + row * rowLength)];
}

void Plan::step(unsigned threads, bool wakes) noexcept {
  if (threads > 1) {
    parallel(threads, claims.size(), workOff, this, wakes);
  } else {
    for (std::size_t i = 0; i < claims.size(); i++) workOff(this, i);
  }
  if (!moving) return;
  moving = false;
  for (std::size_t i = 0; i < tensors.size(); i++) {
    Tensor& tensor = tensors[i];
    if (kernelOf(i) != nullptr && set->variants[variantOf[i]].moves) tensor.from = tensor.p;
    moving = moving || tensor.from != tensor.p;
  }
}

}  // namespace lanestep
