#!/usr/bin/env bash
# The kernels of every instruction set of this processor against scalar ones, on cases that libFuzzer makes up (test/fuzz/),
# under AddressSanitizer and UndefinedBehaviorSanitizer. `scripts/fuzz.sh [runs]`, five million by default, over all
# processors; `scripts/fuzz.sh FILE` runs one case again. What fails is left in test/fuzz/seeds/, and runs first from then on.
# Needs clang with its runtime (Debian: clang libclang-rt-14-dev).
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-5000000}
clang=$(compgen -c clang++ | grep -E '^clang\+\+(-[0-9]+)?$' | sort -t- -k2 -n | tail -n 1 || true)
[ -n "$clang" ] || { echo "fuzz: skipped, there is no clang++ (Debian: clang)"; exit 0; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=undefined"
# shellcheck disable=SC2086
if ! echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, long) { return 0; }' |
  "$clang" -fsanitize=fuzzer $sanitizers -x c++ - -o "$folder/probe" 2>"$folder/why"; then
  echo "fuzz: skipped, $clang has no libFuzzer (Debian: libclang-rt-14-dev): $(tail -n 1 "$folder/why")"
  exit 0
fi
"$clang" --version | head -n 1

# Only the kernels are under the fuzzer's eyes and the sanitizers': what judges them would make everything three times
# slower. The flags that the bits depend on are binding.gyp's.
flags="-std=c++17 -O1 -g1 -ffp-contract=off -Wall -Wextra -Wno-unused-parameter"
watched="-fsanitize-coverage=inline-8bit-counters,pc-table $sanitizers"
compile() { # shellcheck disable=SC2086
  "$clang" $flags $2 -c "$1" -o "$folder/$(basename "$1" .cc).o"
}
workers=$(getconf _NPROCESSORS_ONLN)
# In the background, as many at a time as there are processors; ends the script where one fails.
compiling() {
  compile "$@" &
  running=$((${running:-0} + 1))
  if [ "$running" -ge "$workers" ]; then
    wait -n
    running=$((running - 1))
  fi
}
for file in native/isa/*.cc native/{plan,fold,orthogonal,parallel,dispatch}.cc; do compiling "$file" "$watched"; done
compiling test/fuzz/scalar.cc ""
compiling test/fuzz/kernels.cc ""
for ((; running > 0; running--)); do wait -n; done
# shellcheck disable=SC2086
"$clang" -fsanitize=fuzzer $sanitizers -pthread "$folder"/*.o -o "$folder/kernels"

seeds=test/fuzz/seeds
only=$wanted
if [ -f "$only" ]; then
  "$folder/kernels" "$only"
  exit
fi
[ "$wanted" -gt 0 ] || { echo "fuzz: expected a number of runs, or a file, got $wanted"; exit 2; }
mkdir -p "$seeds"
for seed in "$seeds"/*; do
  [ -f "$seed" ] || continue
  "$folder/kernels" "$seed" >"$folder/log" 2>&1 || { cat "$folder/log"; echo "fuzz: FAILED again on $seed"; exit 1; }
done

# Neither libFuzzer's counters nor its weights of rare features find more here, and both take longer than a case.
declare -A job
for ((i = 0; i < workers; i++)); do
  "$folder/kernels" -runs=$(((wanted + workers - 1) / workers)) -max_len=256 -entropic=0 -use_counters=0 -timeout=60 \
    -print_final_stats=1 -artifact_prefix="$seeds/" >"$folder/log.$i" 2>&1 &
  job[$i]=$!
done
failed=0
for ((i = 0; i < workers; i++)); do
  if wait "${job[$i]}"; then
    grep -aE '^Done|average_exec_per_sec' "$folder/log.$i" | paste -sd ' '
  else
    failed=1
    # What was found, without the chronicle before it.
    grep -avE '^(#[0-9]+|INFO:|Seed:)' "$folder/log.$i" | tail -n 60
  fi
done
rmdir "$seeds" 2>/dev/null || true
if [ $failed != 0 ]; then
  echo "fuzz: FAILED; the cases are in $seeds/, run one again with: scripts/fuzz.sh $seeds/NAME"
  exit 1
fi
