// What the addon exports: JavaScript values in (given.h), plans out (bound.h), steps on another thread
// (flight.h). These four files alone know of Node.
// Preparing goes through node-addon-api, whose every failure becomes a JavaScript error; the hot calls are
// raw Node-API, and that of a step reads no argument but the plan.
#include <napi.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "arena.h"
#include "bound.h"
#include "dispatch.h"
#include "flight.h"
#include "given.h"
#include "multiply.h"
#include "orthogonal.h"
#include "parallel.h"
#include "plan.h"

namespace lanestep {
namespace {

// run(plan): one step. What it needs is in memory that was registered before.
napi_value run(napi_env env, napi_callback_info info) {
  napi_value buffer;
  std::size_t argc = 1;
  if (napi_get_cb_info(env, info, &argc, &buffer, nullptr, nullptr) != napi_ok) return nullptr;
  Bound* const bound = planIn(env, buffer);
  if (bound == nullptr) {
    (void)napi_throw_type_error(env, nullptr, "Expected a plan");
  } else if (bound->flying) {
    (void)napi_throw_error(env, nullptr, "A step is under way");
  } else {
    bound->plan.step(bound->threads(), bound->wakes());
  }
  return nullptr;
}

// How many parts of a tensor have sums of their own.
std::size_t partsOf(const Tensor& tensor, const Grid* grid) {
  if (grid != nullptr && grid->walked()) return grid->bands();
  return (tensor.n + blockLength - 1) / blockLength;
}

// prepare(set, params, kept, rows, rowOf, variantOf, sums, allocate, grids, rowSums, columnSums, whole) ->
// plan: registers the parameters in a zeroed ArrayBuffer, which allocate(bytes) makes. All of these arrays
// must outlive the plan. `whole` says whether there is to be work on whole matrices, which needs room.
Napi::Value prepare(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Offer offers[maxOffers];
  const Offer& offer = offers[indexBelow(info[0], instructionSets(offers))];
  if (!offer.supported) throw Napi::Error::New(env, "The instruction set is not to be had here");

  std::vector<Tensor> tensors;
  double elements = 0;
  const auto params = info[1].As<Napi::Array>();
  const std::size_t count = params.Length();
  for (std::uint32_t i = 0; i < count; i++) {
    const View p = view(params.Get(i));
    tensors.push_back({p.length, p.data, p.data, nullptr, {}, nullptr, p.wide, nullptr});
    elements += static_cast<double>(p.length);
  }
  const auto kept = bytesOf(info[2]);
  const auto rows = doublesOf(info[3]), sums = doublesOf(info[6]);
  const auto rowOf = indicesOf(info[4]), variantOf = indicesOf(info[5]);
  const std::vector<Grid> grids = gridsOf(info[8], tensors, doublesOf(info[9]), doublesOf(info[10]));
  const auto gridOf = [&](std::size_t i) { return grids.empty() ? nullptr : &grids[i]; };
  std::size_t parts = 0;
  for (std::size_t i = 0; i < count; i++) parts += partsOf(tensors[i], gridOf(i));
  if (kept.length != count * maxSlots || rows.length != count * rowLength || rowOf.length != count ||
      variantOf.length != count || sums.length != parts * maxSums)
    throw Napi::RangeError::New(env, "Expected shared arrays of the tensors' number");

  double* at = sums.data;
  for (std::size_t i = 0; i < count; i++) {
    tensors[i].sums = at;
    at += partsOf(tensors[i], gridOf(i)) * maxSums;
  }
  const std::vector<Claim> claims = cut(tensors, grids);
  const std::size_t arena = arenaBytes(tensors, claims, kept.data, grids);
  const bool whole = info[11].IsBoolean() && info[11].As<Napi::Boolean>().Value();
  const std::size_t room = whole ? roomBytes(*offer.set, tensors, grids) : 0;
  const std::size_t bytes = line + headBytes + arena + (whole ? line + room : 0);
  const Napi::Value buffer =
      info[7].As<Napi::Function>().Call({Napi::Number::New(env, static_cast<double>(bytes))});
  void* memory = nullptr;
  std::size_t given = 0;
  if (napi_get_arraybuffer_info(env, buffer, &memory, &given) != napi_ok || given != bytes)
    throw Napi::TypeError::New(env, "Expected an ArrayBuffer of so many bytes");

  char* const head = headOf(memory);
  Bound* const bound = new (head) Bound{};
  bound->plan.set = offer.set;
  bound->plan.rows = rows.data;
  bound->plan.rowOf = rowOf.data;
  bound->plan.variantOf = variantOf.data;
  bound->settings = env.GetInstanceData<Settings>();
  bound->elements = elements;
  layOut(bound->plan, head + headBytes, tensors, claims, kept.data, grids);
  if (whole) bound->plan.room = headOf(head + headBytes + arena);
  bound->sign = &sign;
  bound->self = bound;
  return buffer;
}

// runAsync(plan, held, done): run(plan) on another thread; what is held is kept alive until it is over, and
// then done(whether it happened) is called.
void runAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bound& bound = boundOf(info);
  if (!info[1].IsObject() || !info[2].IsFunction())
    throw Napi::TypeError::New(env, "Expected what is to be held, and who is to be told");
  auto* flight = new Flight{bound, bound.threads(), bound.wakes()};
  napi_value name;
  napi_status status = napi_create_string_utf8(env, "lanestep.step", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) status = napi_create_reference(env, info[0], 1, &flight->plan);
  if (status == napi_ok) status = napi_create_reference(env, info[1], 1, &flight->held);
  if (status == napi_ok) status = napi_create_reference(env, info[2], 1, &flight->done);
  if (status == napi_ok)
    status = napi_create_async_work(env, nullptr, name, fly, arrive, flight, &flight->work);
  if (status == napi_ok) {
    bound.flying = true;
    status = napi_queue_async_work(env, flight->work);
  }
  if (status != napi_ok) {
    land(env, flight);
    throw Napi::Error::New(env, "The step could not be handed to another thread");
  }
}

// The most gradients that one call binds. Node-API fills what a call leaves of the places for its arguments,
// so more of them would cost those calls that have few.
constexpr std::size_t maxBound = 8;

// bind(plan, first, ...gradients): those of the steps to come, from the tensor `first` on; null for one that
// has none. Many programs have new ones at every step, so this is raw as well; and they are arguments, since
// to take an element out of a list takes Node-API as long as all else about an array.
napi_value bind(napi_env env, napi_callback_info info) {
  napi_value given[2 + maxBound];
  std::size_t count = 2 + maxBound;
  if (napi_get_cb_info(env, info, &count, given, nullptr, nullptr) != napi_ok) return nullptr;
  try {
    List<Tensor>& tensors = boundOf(env, given[0]).plan.tensors;
    const std::size_t first = indexBelow(Napi::Value(env, given[1]), tensors.size());
    if (count > 2 + maxBound || count - 2 > tensors.size() - first)
      throw Napi::RangeError::New(env, "Expected an array for each tensor");
    for (std::size_t i = 2; i < count; i++) {
      Tensor& tensor = tensors[first + i - 2];
      tensor.g = gradientOf(env, given[i], tensor);
    }
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  }
  return nullptr;
}

// move(plan, params, sources): where the parameters are after the next step, and where they are before it;
// null for a source that is the parameter itself.
void move(const Napi::CallbackInfo& info) {
  Plan& plan = boundOf(info).plan;
  // Nothing is changed before all of it could be read.
  std::vector<Tensor> moved(plan.tensors.begin(), plan.tensors.end());
  eachArray(info[1], moved, [](Tensor& tensor, void* p) { tensor.p = p; });
  bool moving = false;
  eachArray(info[2], moved, [&](Tensor& tensor, void* from) {
    tensor.from = from == nullptr ? tensor.p : from;
    moving = moving || tensor.from != tensor.p;
  });
  std::copy(moved.begin(), moved.end(), plan.tensors.begin());
  plan.moving = moving;
}

struct Stretch {
  void* data;
  View outside;
  std::size_t bytes;
};

// The stretch of a slot that a call is about, (plan, tensor, slot, array, from): as long as the array, from
// this element on.
Stretch stretchOf(const Napi::CallbackInfo& info) {
  Bound& bound = boundOf(info);
  const std::size_t index = indexBelow(info[1], bound.plan.tensors.size());
  const Tensor& tensor = bound.plan.tensors[index];
  const std::size_t slot = indexBelow(info[2], maxSlots);
  void* data = tensor.slots[slot];
  const std::size_t length = bound.plan.slotLength(index, static_cast<int>(slot));
  const View outside = view(info[3]);
  const std::size_t from = indexBelow(info[4], length + 1);
  const bool fits = outside.length <= length - from && (data != nullptr || length == 0);
  if (!fits || outside.wide != tensor.wide)
    throw Napi::TypeError::New(info.Env(), "Expected an array that the slot has room for");
  const std::size_t size = tensor.wide ? sizeof(double) : sizeof(float);
  return {static_cast<char*>(data) + from * size, outside, outside.length * size};
}

// read(plan, tensor, slot, into, from)
void read(const Napi::CallbackInfo& info) {
  const Stretch slot = stretchOf(info);
  if (slot.bytes) std::memcpy(slot.outside.data, slot.data, slot.bytes);
}

// write(plan, tensor, slot, values, at)
void write(const Napi::CallbackInfo& info) {
  const Stretch slot = stretchOf(info);
  if (slot.bytes) std::memcpy(slot.data, slot.outside.data, slot.bytes);
}

// multiply(set, left, right, out, rows, columns, depth, leftTurned, rightTurned, symmetric): a product of two
// matrices of doubles, out = left right. TypeScript sees to it that `out` is neither of them.
void multiply(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Offer offers[maxOffers];
  const Offer& offer = offers[indexBelow(info[0], instructionSets(offers))];
  if (!offer.supported) throw Napi::Error::New(env, "The instruction set is not to be had here");
  const auto left = doublesOf(info[1]), right = doublesOf(info[2]), out = doublesOf(info[3]);
  // As long as a side of a matrix in memory can be, so that a product of two of them does not come round.
  constexpr std::size_t most = std::size_t{1} << 31;
  const std::size_t rows = indexBelow(info[4], most), columns = indexBelow(info[5], most);
  const std::size_t depth = indexBelow(info[6], most);
  const bool symmetric = info[9].ToBoolean();
  if (rows == 0 || columns == 0 || depth == 0 || left.length != rows * depth ||
      right.length != depth * columns || out.length != rows * columns || (symmetric && rows != columns))
    throw Napi::RangeError::New(env, "Expected matrices that can be multiplied");
  const Settings& settings = *env.GetInstanceData<Settings>();
  lanestep::multiply(offer.set->float64, out.data, rows, columns, depth, {left.data, info[7].ToBoolean()},
                     {right.data, info[8].ToBoolean()}, symmetric, settings.threads, settings.breakEven == 0);
}

// address(array) -> number: where its memory is. Two SharedArrayBuffers may be one memory, which JavaScript
// cannot tell.
Napi::Value address(const Napi::CallbackInfo& info) {
  const auto at = reinterpret_cast<std::uintptr_t>(view(info[0]).data);
  return Napi::Number::New(info.Env(), static_cast<double>(at));
}

// release(plan): gives its memory back now, and is a plan no more.
void release(const Napi::CallbackInfo& info) {
  (void)boundOf(info);
  if (napi_detach_arraybuffer(info.Env(), info[0]) != napi_ok) throw Napi::Error::New(info.Env());
}

// setThreads(threads, breakEven)
void setThreads(const Napi::CallbackInfo& info) {
  Settings& settings = *info.Env().GetInstanceData<Settings>();
  settings.threads = static_cast<unsigned>(indexBelow(info[0], maxThreads + 1));
  settings.breakEven = info[1].As<Napi::Number>().DoubleValue();
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Settings);
  Offer offers[maxOffers];
  const std::size_t count = instructionSets(offers);
  auto sets = Napi::Array::New(env, count);
  for (std::uint32_t i = 0; i < count; i++) {
    auto set = Napi::Object::New(env);
    set.Set("name", offers[i].set->name);
    set.Set("supported", offers[i].supported);
    sets.Set(i, set);
  }
  const InstructionSet& any = *offers[0].set;
  auto variants = Napi::Array::New(env, any.variantCount), stages = Napi::Array::New(env, any.variantCount);
  for (std::uint32_t i = 0; i < variants.Length(); i++) {
    const Variant& variant = any.variants[i];
    variants.Set(i, variant.name);
    stages.Set(i, variant.float32[decayed] ? "all" : variant.float32[scaled] ? "all but decay" : "none");
  }

  exports.Set("instructionSets", sets);
  exports.Set("variants", variants);
  exports.Set("stages", stages);
  exports.Set("rowLength", static_cast<double>(rowLength));
  exports.Set("maxSlots", maxSlots);
  exports.Set("maxBound", static_cast<double>(maxBound));
  exports.Set("maxSums", maxSums);
  exports.Set("blockLength", static_cast<double>(blockLength));
  exports.Set("maxThreads", maxThreads);
  exports.Set("prepare", Napi::Function::New(env, prepare));
  const auto raw = [&](const char* name, napi_callback function) {
    napi_value made;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &made) != napi_ok)
      throw Napi::Error::New(env);
    exports.Set(name, Napi::Value(env, made));
  };
  raw("run", run);
  raw("bind", bind);
  exports.Set("runAsync", Napi::Function::New(env, runAsync));
  exports.Set("move", Napi::Function::New(env, move));
  exports.Set("multiply", Napi::Function::New(env, multiply));
  exports.Set("address", Napi::Function::New(env, address));
  exports.Set("read", Napi::Function::New(env, read));
  exports.Set("write", Napi::Function::New(env, write));
  exports.Set("release", Napi::Function::New(env, release));
  exports.Set("setThreads", Napi::Function::New(env, setThreads));
  return exports;
}

NODE_API_MODULE(lanestep, initialize)

}  // namespace
}  // namespace lanestep
