#!/usr/bin/env bash
# The agreement test on NEON: cross-compiles the kernels for 64-bit Arm and runs them under qemu's user-mode emulation.
# Needs Debian's g++-aarch64-linux-gnu and qemu-user.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in aarch64-linux-gnu-g++ qemu-aarch64; do
  command -v "$tool" >/dev/null || { echo "neon: skipped, there is no $tool (Debian: g++-aarch64-linux-gnu qemu-user)"; exit 0; }
done
mkdir -p build
# The flags that the bits depend on are binding.gyp's.
aarch64-linux-gnu-g++ -std=c++17 -O3 -ffp-contract=off -fno-math-errno -Wall -Wextra -Wno-unused-parameter -pthread -static \
  test/runner/steps.cc native/{plan,fold,orthogonal,parallel,dispatch}.cc native/isa/neon.cc -o build/steps-neon
LANESTEP_RUNNER="qemu-aarch64 $PWD/build/steps-neon" npx vitest run test/agreement.test.ts "$@"
