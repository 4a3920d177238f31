// What JavaScript hands over, read and checked: whatever memory depends on, for TypeScript has validated the
// rest (src/gather.ts, src/memory.ts). Included by addon.cc alone.
#ifndef LANESTEP_GIVEN_H_
#define LANESTEP_GIVEN_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace lanestep {

struct View {
  bool wide;
  void* data;
  std::size_t length;
};

// Whether a value is a Float32Array or a Float64Array, of whatever realm, and its memory.
inline bool look(napi_env env, napi_value value, View& v) {
  napi_typedarray_type type;
  const napi_status status =
      napi_get_typedarray_info(env, value, &type, &v.length, &v.data, nullptr, nullptr);
  v.wide = status == napi_ok && type == napi_float64_array;
  return status == napi_ok && (v.wide || type == napi_float32_array);
}

// The same; anything else is refused.
inline View view(const Napi::Value& value) {
  View v;
  if (!look(value.Env(), value, v))
    throw Napi::TypeError::New(value.Env(), "Expected a Float32Array or a Float64Array");
  return v;
}

// The memory of an array of this type that JavaScript and the plan share; any other value is refused.
template <class Lane>
struct Shared {
  Lane* data;
  std::size_t length;
};

template <class Lane, napi_typedarray_type wanted>
Shared<Lane> sharedOf(const Napi::Value& value, const char* what) {
  napi_typedarray_type type;
  void* data;
  std::size_t length;
  if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != wanted)
    throw Napi::TypeError::New(value.Env(), what);
  return {static_cast<Lane*>(data), length};
}

inline Shared<double> doublesOf(const Napi::Value& value) {
  return sharedOf<double, napi_float64_array>(value, "Expected a Float64Array");
}
inline Shared<std::uint32_t> indicesOf(const Napi::Value& value) {
  return sharedOf<std::uint32_t, napi_uint32_array>(value, "Expected a Uint32Array");
}
inline Shared<std::uint8_t> bytesOf(const Napi::Value& value) {
  return sharedOf<std::uint8_t, napi_uint8_array>(value, "Expected a Uint8Array");
}

inline std::size_t indexBelow(const Napi::Value& value, std::size_t end) {
  double x;
  if (napi_get_value_double(value.Env(), value, &x) != napi_ok) x = -1;
  if (!(x >= 0 && x < static_cast<double>(end)))
    throw Napi::RangeError::New(value.Env(), "Index out of range");
  return static_cast<std::size_t>(x);
}

// The memory of an array like its parameter, or null.
inline void* likeParameter(napi_env env, napi_value value, const Tensor& tensor) {
  View v;
  if (look(env, value, v)) {
    if (v.wide != tensor.wide || v.length != tensor.n)
      throw Napi::TypeError::New(env, "Expected an array like its parameter");
    return v.data;
  }
  if (!Napi::Value(env, value).IsNull())
    throw Napi::TypeError::New(env, "Expected a Float32Array or a Float64Array");
  return nullptr;
}

// Reads a list with such an array for each tensor: take(tensor, memory or null).
template <class Tensors, class Take>
void eachArray(const Napi::Value& list, Tensors& tensors, Take&& take) {
  const auto arrays = list.As<Napi::Array>();
  if (arrays.Length() != tensors.size())
    throw Napi::RangeError::New(list.Env(), "Expected an array for each tensor");
  for (std::uint32_t i = 0; i < tensors.size(); i++)
    take(tensors[i], likeParameter(list.Env(), arrays.Get(i), tensors[i]));
}

// The memory of a gradient, or null. TypeScript has looked at its type, for which Node-API takes longer than
// for all else; here it has as many elements as its parameter, and the bytes of as many within its buffer.
inline const void* gradientOf(napi_env env, napi_value value, const Tensor& tensor) {
  void* data;
  napi_value buffer;
  std::size_t length, offset, bytes;
  const bool known =
      napi_get_typedarray_info(env, value, nullptr, &length, &data, &buffer, &offset) == napi_ok &&
      napi_get_arraybuffer_info(env, buffer, nullptr, &bytes) == napi_ok;
  const std::size_t size = tensor.wide ? sizeof(double) : sizeof(float);
  // Shared memory tells nothing of its bytes that way.
  if (!known || length != tensor.n || offset > bytes || (bytes - offset) / size < length)
    return likeParameter(env, value, tensor);
  return data;
}

// The grids of tensors, out of [tensors][matrices, rows, columns, height]; none of an empty list. Their sums
// are shared arrays, too. Counted in doubles, which are too large where whole numbers would come round.
inline std::vector<Grid> gridsOf(const Napi::Value& given, const std::vector<Tensor>& tensors,
                                 const Shared<double>& rowSums, const Shared<double>& columnSums) {
  const Shared<double> numbers = doublesOf(given);
  std::vector<Grid> grids;
  const bool some = numbers.length > 0;
  if (some && numbers.length != 4 * tensors.size())
    throw Napi::RangeError::New(given.Env(), "Expected a grid for each tensor");
  double rows = 0, columns = 0;
  for (std::size_t i = 0; some && i < tensors.size(); i++) {
    const double* const at = numbers.data + 4 * i;
    for (int k = 0; k < 4; k++) {
      if (!(at[k] >= 0 && at[k] <= 9007199254740991.0))
        throw Napi::RangeError::New(given.Env(), "Expected the grid of a tensor");
    }
    const auto number = [&](int k) { return static_cast<std::size_t>(at[k]); };
    const bool walked = number(3) != 0;
    if (walked && at[0] * at[1] * at[2] != static_cast<double>(tensors[i].n))
      throw Napi::RangeError::New(given.Env(), "Expected the grid of a tensor");
    const double rowsBefore = rows, columnsBefore = columns;
    Grid grid{number(0), number(1), number(2), number(3), nullptr, nullptr, {}};
    if (walked) {
      rows += maxSums * at[0] * at[1];
      columns += at[0] * static_cast<double>(grid.bandsOfOne()) * at[2];
    }
    if (rows > static_cast<double>(rowSums.length) || columns > static_cast<double>(columnSums.length))
      throw Napi::RangeError::New(given.Env(), "Expected sums for each row and column");
    grid.rowSums = rowSums.data + static_cast<std::size_t>(rowsBefore);
    grid.columnSums = columnSums.data + static_cast<std::size_t>(columnsBefore);
    grids.push_back(grid);
  }
  if (rows != static_cast<double>(rowSums.length) || columns != static_cast<double>(columnSums.length))
    throw Napi::RangeError::New(given.Env(), "Expected sums for each row and column");
  return grids;
}

}  // namespace lanestep

#endif  // LANESTEP_GIVEN_H_
