// A target for libFuzzer: steps of made-up tensors on every instruction set that this processor has must
// leave the bits that the scalar kernels leave (NaN equals NaN), and leave alone what lies around the arrays.
// scripts/fuzz.sh runs it.
//
// What a case consists of: one to three tensors, each with its variant, length, offsets, gradient or none,
// `from` or none, and row; the stages' numbers and the coefficients; one or two steps; how the work is cut,
// and for how many threads.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "../../native/dispatch.h"
#include "../../native/plan.h"
#include "bytes.h"
#include "guarded.h"
#include "scalar.h"

namespace lanestep::fuzz {
namespace {

constexpr std::size_t mostTensors = 3, mostSteps = 2;

// Longer than two claims, and of no vector's multiple.
constexpr std::size_t longest = 2 * 16384 + 37;
constexpr std::size_t mostBlocks = (longest + blockLength - 1) / blockLength;

// What stands where sums are written.
constexpr double noSum = 54321.25;

struct Shape {
  std::size_t n;
  std::uint32_t variant, row;  // either may be out of range: then the tensor sits out
  bool bound, moved;           // whether it has a gradient, and a `from`
  std::size_t pOffset, gOffset, fromOffset, slotOffset[maxSlots];  // in elements
};

struct Case {
  bool wide;
  std::size_t count, steps;
  Shape shapes[mostTensors];
  double rows[mostSteps][mostTensors * rowLength];
  unsigned threads;
  std::vector<Claim> claims;  // empty where the plan is to cut itself
};

template <class T>
struct Numbers {
  T p[longest], g[longest], from[longest], slots[maxSlots][longest];
  double sums[mostBlocks * maxSums];
  bool waits;  // whether the parameter is still to be read from `from`
};

[[noreturn]] void fail(const Case& c, const char* set, const char* what, std::size_t tensor, std::size_t at,
                       double got, double wanted) {
  std::fprintf(stderr, "\n%s, %s of %zu tensors, %zu steps, %u threads, %zu claims: %s, tensor %zu", set,
               c.wide ? "doubles" : "floats", c.count, c.steps, c.threads, c.claims.size(), what, tensor);
  if (tensor < c.count) {
    const Shape& shape = c.shapes[tensor];
    const bool known = shape.variant < scalar().variantCount;
    std::fprintf(stderr, " (%s, %zu elements at offset %zu%s)",
                 known ? scalar().variants[shape.variant].name : "no variant", shape.n, shape.pOffset,
                 shape.moved ? ", from elsewhere" : "");
  }
  std::fprintf(stderr, "[%zu] is %.17g, wanted %.17g\n", at, got, wanted);
  __builtin_trap();
}

std::size_t lengthOf(Bytes& bytes) {
  const std::uint8_t kind = bytes.byte();
  const std::size_t n = bytes.bits<std::uint16_t>();
  // Around the vectors' widths; around the lead-in's threshold; and longer. The last two are slow.
  if (kind < 224 || bytes.lot() % 4 != 0) return n % 41;
  return kind < 248 ? n % 290 : 1000 + n % 300;
}

// Cuts whole tensors and pieces as no plan would, so that every boundary comes to lie everywhere.
void cutAnyhow(Bytes& bytes, Case& c) {
  for (std::size_t i = 0; i < c.count;) {
    const std::size_t together = 1 + bytes.below(c.count - i);
    if (together > 1) {
      c.claims.push_back({i, i + together, 0, 0});
    } else {
      // What adds up is cut at whole blocks only.
      const Shape& shape = c.shapes[i];
      const bool whole = shape.variant < scalar().variantCount && sumsOf(shape.variant) > 0;
      for (std::size_t begin = 0, n = shape.n; begin < n || n == 0;) {
        const std::size_t left = n - begin, some = whole ? blockLength : 1 + bytes.byte() * 3;
        const std::size_t end = begin + std::min<std::size_t>(left, some);
        c.claims.push_back({i, i + 1, begin, end});
        begin = end;
        if (n == 0) break;
      }
    }
    i += together;
  }
}

void read(Bytes& bytes, Case& c) {
  const std::uint8_t head = bytes.byte();
  c.wide = head & 1;
  c.steps = 1 + (head >> 1 & 1);
  c.count = 1 + (head >> 2 & 3) % mostTensors;
  const bool large = bytes.lot() % 8192 == 0;
  const std::size_t first = bytes.byte();
  for (std::size_t i = 0; i < c.count; i++) {
    Shape& shape = c.shapes[i];
    const std::uint8_t parts = bytes.byte();
    shape.n = large ? longest - bytes.byte() : lengthOf(bytes);
    shape.variant =
        static_cast<std::uint32_t>((first + (parts & 1 ? bytes.byte() : 0)) % scalar().variantCount);
    shape.row = static_cast<std::uint32_t>(parts & 2 ? bytes.below(c.count) : i);
    shape.bound = shape.moved = true;
    if ((parts & 0xf0) == 0) {
      const std::uint8_t odd = bytes.byte();
      if (odd % 4 == 0) shape.row = odd < 128 ? skipped : static_cast<std::uint32_t>(c.count);
      if (odd % 4 == 1) shape.variant = static_cast<std::uint32_t>(scalar().variantCount + odd);
      if (odd % 4 == 2) shape.bound = false;
    }
    shape.moved = (parts & 0xc) == 0;
    shape.pOffset = bytes.below(16);
    shape.gOffset = bytes.below(16);
    shape.fromOffset = bytes.below(16);
    const bool apart = bytes.byte() & 1;  // the addon lays slots at their parameter's offset
    for (std::size_t& offset : shape.slotOffset) offset = apart ? bytes.below(16) : shape.pOffset;
  }
  const std::uint8_t stages = bytes.byte();
  for (std::size_t step = 0; step < c.steps; step++) {
    for (std::size_t i = 0; i < c.count; i++) {
      double* row = c.rows[step] + i * rowLength;
      for (std::size_t k = 0; k < rowLength; k++) row[k] = bytes.number<double>();
      if (!(stages & 1)) row[Row::factor] = 1;
      if (!(stages & 2)) row[Row::rate] = 0;
      if (!(stages & 4)) row[Row::keep] = 1;
    }
  }
  c.claims.clear();
  if (!large && stages & 8) cutAnyhow(bytes, c);
  // To wake a thread takes as long as everything else.
  c.threads = large || bytes.lot() % 64 == 0 ? 1 + stages / 16 % 4 : 1;
}

bool kept(const Shape& shape, int slot) {
  static const std::vector<bool> table = [] {
    std::vector<bool> all;
    for (std::size_t rule = 0; rule < scalar().variantCount; rule++)
      for (int k = 0; k < maxSlots; k++) all.push_back(keeps(rule, k));
    return all;
  }();
  return shape.variant < scalar().variantCount && table[shape.variant * maxSlots + slot];
}

template <class T>
void fill(Bytes& bytes, const Case& c, Numbers<T> (&numbers)[mostTensors]) {
  for (std::size_t i = 0; i < c.count; i++) {
    const Shape& shape = c.shapes[i];
    const auto numbersFor = [&](T* array) {
      for (std::size_t at = 0; at < shape.n; at++) array[at] = bytes.number<T>();
    };
    numbersFor(numbers[i].p);
    numbersFor(numbers[i].g);
    if (shape.moved) numbersFor(numbers[i].from);
    for (int k = 0; k < maxSlots; k++)
      if (kept(shape, k)) numbersFor(numbers[i].slots[k]);
  }
}

// A tensor sits out where its row asks for a form that its variant has not.
bool takesPart(const Case& c, const double* rows, const Shape& shape) {
  if (!shape.bound || shape.row >= c.count || shape.variant >= scalar().variantCount) return false;
  // What is for rows of a matrix takes no vector.
  if (scalar().variants[shape.variant].byRows) return false;
  const double* row = rows + shape.row * rowLength;
  const bool scales = row[Row::factor] != 1 || row[Row::keep] != 1;
  return scalar().variants[shape.variant].float32[row[Row::rate] != 0 ? decayed : scales ? scaled : bare];
}

// What a step is, said once more: in this order, element by element.
template <class T>
void stepScalar(const Case& c, const double* rows, const Shape& shape, Numbers<T>& to) {
  if (!takesPart(c, rows, shape)) return;
  const double* row = rows + shape.row * rowLength;
  T neutral[rowLength] = {1, 0, 1};
  for (std::size_t k = Row::coefficients; k < rowLength; k++) neutral[k] = static_cast<T>(row[k]);
  const Variant& variant = scalar().variants[shape.variant];
  // Without stages: what they do is written out below.
  const Kernel kernel = (sizeof(T) == sizeof(double) ? variant.float64 : variant.float32)[bare];
  double lanes[maxSums][sumLanes] = {};
  for (std::size_t at = 0; at < shape.n; at++) {
    T p = to.waits ? to.from[at] : to.p[at], g = to.g[at];
    if (row[Row::factor] != 1) g = g * static_cast<T>(row[Row::factor]);
    if (row[Row::rate] != 0) g = g + p * static_cast<T>(row[Row::rate]);
    if (row[Row::keep] != 1) p = p * static_cast<T>(row[Row::keep]);
    double sums[maxSums] = {};
    Tensor element = {1, &p, &p, &g, {}, sums, c.wide, nullptr};
    for (int k = 0; k < maxSlots; k++) element.slots[k] = &to.slots[k][at];
    kernel(&element, 1, neutral);
    if (variant.moves) to.p[at] = p;
    for (int k = 0; k < sumsOf(shape.variant); k++) {
      const bool most = largestOf(shape.variant, k);
      double& lane = lanes[k][at % sumLanes];
      lane = most ? (sums[k] > lane ? sums[k] : lane) : lane + sums[k];
      if ((at + 1) % blockLength != 0 && at + 1 != shape.n) continue;
      double(&l)[sumLanes] = lanes[k];
      const auto join = [most](double a, double b) { return most ? (a > b ? a : b) : a + b; };
      to.sums[at / blockLength * maxSums + static_cast<std::size_t>(k)] =
          join(join(join(l[0], l[4]), join(l[2], l[6])), join(join(l[1], l[5]), join(l[3], l[7])));
      for (double& lane : l) lane = 0;
    }
  }
  if (variant.moves) to.waits = false;
}

template <class T>
bool same(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

template <class T>
void compare(const Case& c, const char* set, const char* what, std::size_t tensor, const T* got,
             const T* wanted) {
  const std::size_t n = c.shapes[tensor].n;
  if (n == 0 || std::memcmp(got, wanted, n * sizeof(T)) == 0) return;
  for (std::size_t at = 0; at < n; at++) {
    if (!same(got[at], wanted[at])) fail(c, set, what, tensor, at, got[at], wanted[at]);
  }
}

// Whether claims take every element once. Their order is the plan's affair.
void checkClaims(const Case& c, const char* set, const Plan& plan) {
  std::size_t done[mostTensors] = {};
  for (const Claim& claim : plan.claims) {
    const bool piece = claim.end != 0;
    for (std::size_t i = claim.first; i < claim.last; i++) {
      if (piece && claim.begin != done[i])
        fail(c, set, "the beginning of a claim", i, 0, static_cast<double>(claim.begin),
             static_cast<double>(done[i]));
      done[i] = piece ? claim.end : plan.tensors[i].n;
    }
  }
  for (std::size_t i = 0; i < c.count; i++) {
    if (done[i] != c.shapes[i].n)
      fail(c, set, "claimed", i, 0, static_cast<double>(done[i]), static_cast<double>(c.shapes[i].n));
  }
}

// The arrays of a case, each at its offset between guards. All sets step on the same ones, one after another.
template <class T>
struct Arrays {
  T *p, *g, *from, *slots[maxSlots];
};

template <class T>
void place(const Case& c, const Numbers<T>* start, Guarded& memory, Arrays<T>* arrays) {
  for (std::size_t i = 0; i < c.count; i++) {
    const Shape& shape = c.shapes[i];
    const auto placed = [&](std::size_t offset) {
      return static_cast<T*>(memory.array(shape.n * sizeof(T), offset * sizeof(T)));
    };
    arrays[i].p = placed(shape.pOffset);
    arrays[i].g = placed(shape.gOffset);
    arrays[i].from = shape.moved ? placed(shape.fromOffset) : nullptr;
    for (int k = 0; k < maxSlots; k++)
      arrays[i].slots[k] = kept(shape, k) ? placed(shape.slotOffset[k]) : nullptr;
    std::memcpy(arrays[i].g, start[i].g, shape.n * sizeof(T));
    if (shape.moved) std::memcpy(arrays[i].from, start[i].from, shape.n * sizeof(T));
  }
}

template <class T>
void stepOn(const InstructionSet& set, const Case& c, const Arrays<T>* arrays, const Numbers<T>* start,
            const Numbers<T>* wanted) {
  std::uint32_t rowOf[mostTensors], variantOf[mostTensors];
  double sums[mostTensors][mostBlocks * maxSums];
  for (auto& some : sums)
    for (double& sum : some) sum = noSum;
  Plan plan = {};
  plan.set = &set;
  std::vector<Tensor> tensors;
  tensors.reserve(c.count);
  for (std::size_t i = 0; i < c.count; i++) {
    const Shape& shape = c.shapes[i];
    const Arrays<T>& at = arrays[i];
    std::memcpy(at.p, start[i].p, shape.n * sizeof(T));
    Tensor tensor = {
        shape.n, at.from ? at.from : at.p, at.p, shape.bound ? at.g : nullptr, {}, sums[i], c.wide, nullptr};
    for (int k = 0; k < maxSlots; k++) {
      if (at.slots[k]) std::memcpy(at.slots[k], start[i].slots[k], shape.n * sizeof(T));
      tensor.slots[k] = at.slots[k];
    }
    tensors.push_back(tensor);
    plan.moving = plan.moving || shape.moved;
    rowOf[i] = shape.row;
    variantOf[i] = shape.variant;
  }
  plan.rowOf = rowOf;
  plan.variantOf = variantOf;
  std::vector<Claim> claims = c.claims.empty() ? cut(tensors) : c.claims;
  plan.tensors = {tensors.data(), tensors.size()};
  plan.claims = {claims.data(), claims.size()};
  checkClaims(c, set.name, plan);

  for (std::size_t step = 0; step < c.steps; step++) {
    plan.rows = c.rows[step];
    plan.step(c.threads);
  }

  bool moving = false;
  for (std::size_t i = 0; i < c.count; i++) {
    const Shape& shape = c.shapes[i];
    const Arrays<T>& at = arrays[i];
    compare(c, set.name, "p", i, at.p, wanted[i].p);
    for (int k = 0; k < maxSlots; k++)
      if (at.slots[k]) compare(c, set.name, "a slot", i, at.slots[k], wanted[i].slots[k]);
    const std::size_t blocks = (shape.n + blockLength - 1) / blockLength;
    for (std::size_t k = 0; k < blocks * maxSums; k++)
      if (!same(sums[i][k], wanted[i].sums[k]))
        fail(c, set.name, "a sum", i, k, sums[i][k], wanted[i].sums[k]);
    // What was written is where it was moved to; what was not is still on its way.
    const void* source = wanted[i].waits ? at.from : at.p;
    if (plan.tensors[i].from != source) fail(c, set.name, "from is not where it was to be", i, 0, 0, 0);
    moving = moving || source != at.p;
  }
  if (plan.moving != moving) fail(c, set.name, "moving", c.count, 0, plan.moving, moving);
}

template <class T>
void run(Bytes& bytes, const Case& c) {
  static Numbers<T> start[mostTensors], wanted[mostTensors];
  fill(bytes, c, start);
  for (std::size_t i = 0; i < c.count; i++) {
    const Shape& shape = c.shapes[i];
    const auto copy = [&](T* to, const T* numbers) { std::memcpy(to, numbers, shape.n * sizeof(T)); };
    copy(wanted[i].p, start[i].p);
    copy(wanted[i].g, start[i].g);
    if (shape.moved) copy(wanted[i].from, start[i].from);
    for (double& sum : wanted[i].sums) sum = noSum;
    for (int k = 0; k < maxSlots; k++)
      if (kept(shape, k)) copy(wanted[i].slots[k], start[i].slots[k]);
    wanted[i].waits = shape.moved;
    for (std::size_t step = 0; step < c.steps; step++) stepScalar(c, c.rows[step], shape, wanted[i]);
  }

  static Guarded memory;
  memory.clear();
  Arrays<T> arrays[mostTensors];
  place(c, start, memory, arrays);
  Offer offers[maxOffers];
  const std::size_t offered = instructionSets(offers);
  for (std::size_t i = 0; i < offered; i++)
    if (offers[i].supported) stepOn(*offers[i].set, c, arrays, start, wanted);

  if (!memory.intact()) fail(c, "one of the sets", "a write beside the arrays", c.count, 0, 0, 0);
  for (std::size_t i = 0; i < c.count; i++) {
    compare(c, "one of the sets", "g, which is not to be written,", i, arrays[i].g, start[i].g);
    if (arrays[i].from)
      compare(c, "one of the sets", "from, which is not to be written,", i, arrays[i].from, start[i].from);
  }
}

}  // namespace
}  // namespace lanestep::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static lanestep::fuzz::Case c;
  lanestep::fuzz::Bytes bytes(data, size);
  read(bytes, c);
  if (c.wide)
    lanestep::fuzz::run<double>(bytes, c);
  else
    lanestep::fuzz::run<float>(bytes, c);
  return 0;
}
