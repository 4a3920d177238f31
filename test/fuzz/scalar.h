// What the kernels are held to: the same rules, one element at a time.
#pragma once

#include "../../native/kernels.h"

namespace lanestep::fuzz {

// The rules over a vector of one lane that is written in C++'s own arithmetic (scalar.cc). Its kernels are
// called for one element at a time, so that they share no loop, no mask and no rest with what they judge.
const InstructionSet& scalar();

// Whether a variant keeps a slot: found out by watching what its scalar kernel reads.
bool keeps(std::size_t variant, int slot);

// How many sums it has.
int sumsOf(std::size_t variant);

// Whether one of them is the largest of its numbers: two elements alike come to no more than one of them.
bool largestOf(std::size_t variant, int sum);

}  // namespace lanestep::fuzz
