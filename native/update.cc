#include "update.h"

#include <cstring>

#include "isa/floating.h"
#include "parallel.h"

namespace lanestep {
namespace {

// Smaller claims cost more to hand out than they gain (bench/tuning.ts).
constexpr std::size_t claimLength = 16384;

// Elements that the stages, and a parameter on its way to another place, are taken in: these and the same
// stretch of the other arrays stay in the first cache.
constexpr std::size_t chunkLength = 1024;

void updateTensor(const Plan& plan, std::size_t index, std::size_t begin, std::size_t end) noexcept {
  if (!plan.takesPart(index)) return;
  const Tensor& tensor = plan.tensors[index];
  const double* row = plan.rows + plan.rowOf[index] * rowLength;
  const bool scales = row[gradientFactor] != 1, decays = row[decayRate] != 0, shrinks = row[shrinkKeep] != 1;
  const auto of = [&](const Kernels& kernels) { return tensor.wide ? kernels.float64 : kernels.float32; };
  const std::size_t size = tensor.wide ? sizeof(double) : sizeof(float);

  const Kernel rule = of(plan.set->rules[plan.ruleOf[index]]);
  const bool chunked = scales || decays || shrinks || tensor.from != nullptr;
  alignas(64) unsigned char scratch[chunkLength * sizeof(double)];

  Run run;
  for (std::size_t at = begin; at < end; at += run.n) {
    run.n = chunked && end - at > chunkLength ? chunkLength : end - at;
    const std::size_t offset = at * size;
    run.p = static_cast<char*>(tensor.p) + offset;
    run.g = static_cast<const char*>(tensor.g) + offset;
    run.out = scratch;
    for (int k = 0; k < maxSlots; k++)
      run.slots[k] = tensor.slots[k] ? static_cast<char*>(tensor.slots[k]) + offset : nullptr;

    if (tensor.from) std::memcpy(run.p, static_cast<const char*>(tensor.from) + offset, run.n * size);
    if (scales) {
      run.coefficients = row + gradientFactor;
      of(plan.set->scale)(run);
      run.g = scratch;
    }
    if (decays) {
      run.coefficients = row + decayRate;
      of(plan.set->decay)(run);
      run.g = scratch;
    }
    if (shrinks) {
      run.coefficients = row + shrinkKeep;
      of(plan.set->shrink)(run);
    }
    run.coefficients = row + ruleCoefficients;
    rule(run);
  }
}

// On whichever thread: its floating-point state is not ours.
void workOff(const void* context, std::size_t index) noexcept {
  const DefaultFloating floating;
  const Plan& plan = *static_cast<const Plan*>(context);
  const Claim& claim = plan.claims[index];
  if (claim.last - claim.first == 1) {
    updateTensor(plan, claim.first, claim.begin, claim.end);
  } else {
    for (std::size_t i = claim.first; i < claim.last; i++) updateTensor(plan, i, 0, plan.tensors[i].n);
  }
}

}  // namespace

std::vector<Claim> cut(const std::vector<Tensor>& tensors) {
  std::vector<Claim> claims;
  std::size_t first = 0, gathered = 0;
  const auto close = [&](std::size_t last) {
    if (first < last) claims.push_back({first, last, 0, last - first == 1 ? tensors[first].n : 0});
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

bool Plan::takesPart(std::size_t index) const noexcept {
  // JavaScript never writes an index out of range; a wild one still must not read wild memory.
  return rowOf[index] < tensors.size() && ruleOf[index] < set->ruleCount && tensors[index].g != nullptr;
}

void Plan::step(unsigned threads, bool wakes) noexcept {
  parallel(threads, claims.size(), workOff, this, wakes);
  if (!moving) return;
  moving = false;
  for (std::size_t i = 0; i < tensors.size(); i++) {
    if (takesPart(i)) tensors[i].from = nullptr;
    moving = moving || tensors[i].from != nullptr;
  }
}

}  // namespace lanestep
