// Faults on purpose. scripts/sanitize.sh puts them into the addon of its copy of the tree, to see each of
// them found before it believes that there are no others: a sanitizer that is not really there finds nothing
// either.
#pragma once

#include <napi.h>

#include <climits>
#include <cstdlib>
#include <string>

#include "../../native/parallel.h"

namespace lanestep {
namespace {

int racing = 0;

// fault(name, array)
void fault(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  const auto array = info[1].As<Napi::Float32Array>();
  volatile int number = INT_MAX;
  if (name == "overflow") const_cast<volatile float*>(array.Data())[array.ElementLength()] = 1;
  if (name == "signed") number = number + 1;
  if (name == "misaligned")
    number = static_cast<int>(
        *reinterpret_cast<const volatile float*>(reinterpret_cast<const char*>(array.Data()) + 1));
  if (name == "leak") {
    for (int i = 0; i < 10; i++) static_cast<volatile char*>(std::malloc(12345))[0] = 1;
  }
  if (name == "race") {
    // Each caller waits for all tasks, so both threads of the pool have had their part in them.
    const auto task = [](const void*, std::size_t) noexcept { racing++; };
    for (int i = 0; i < 2000; i++) parallel(2, 64, task, nullptr);
  }
}

}  // namespace
}  // namespace lanestep
