#!/usr/bin/env bash
# The tests that exercise the addon, on one built with sanitizers, in a copy of the tree: `scripts/sanitize.sh [asan|lsan|tsan]`,
# all of them by default. asan is AddressSanitizer with UndefinedBehaviorSanitizer, lsan looks for leaks when the process ends,
# tsan for data races. FULL=1 runs the whole suite instead of the tests that enter every function of native/.
# First each finds faults that were put into the copy (test/sanitizers/faults.h). Needs g++ and its sanitizers' libraries.
set -euo pipefail
cd "$(dirname "$0")/.."
which=${1:-all}
[[ $which =~ ^(asan|lsan|tsan|all)$ ]] || { echo "sanitize: expected asan, lsan, tsan or all, got $which"; exit 2; }
command -v g++ >/dev/null || { echo "sanitize: skipped, there is no g++ (Debian: g++)"; exit 0; }

# The runtime of a sanitizer; g++ gives back the bare name of what it does not have.
library() {
  local path
  path=$(g++ -print-file-name="$1.so")
  [ -e "$path" ] || { echo "sanitize: $2 skipped, there is no $1.so (Debian: ${3:-g++})"; return 1; }
  found=$path
}

# shellcheck source=scripts/copy.sh
. scripts/copy.sh

# The addon of the copy has one export more, which commits the fault that it is asked for.
sed -i 's|^#include "plan.h"|&\n#include "../test/sanitizers/faults.h"|
  s|^  return exports;|  exports.Set("fault", Napi::Function::New(env, fault));\n&|' native/addon.cc
[ "$(grep -c fault native/addon.cc)" = 2 ] || { echo "sanitize: native/addon.cc is not what it was: no place for faults"; exit 1; }

finds() { # the fault, and the exit code of whoever finds it
  local code=0
  preloaded node -e 'require("./build/Release/lanestep.node").fault(process.argv[1], new Float32Array(1000))' "$1" \
    >fault.log 2>&1 || code=$?
  if [ "$code" != "$2" ] || ! grep -Eq 'Sanitizer|runtime error' fault.log; then
    cat fault.log
    echo "sanitize: FAILED: the fault \"$1\" was not found (exit code $code, expected $2)"
    return 1
  fi
  echo "sanitize: finds the fault \"$1\""
}

run() {
  local TIMEFORMAT="sanitize: %R s, of which processors worked %U: $*"
  time preloaded "$@" || { echo "sanitize: FAILED: $*"; return 1; }
}

# Whole suite or not, without what has no addon of ours in its processes: these start others in clean surroundings, without
# the preloaded library, look at what an ordinary build leaves, build and pack, or take away the addresses that a sanitizer
# lives on.
tests() {
  if [ -n "${FULL:-}" ]; then
    run node node_modules/vitest/vitest.mjs run --reporter=dot --exclude 'test/{browser,bench,bundle,cli,crash,examples}/**' \
      --exclude 'test/{loader,entries,build,hardening,prebuilds,tarball,reproducible,workflows,walls,types}.test.ts' \
      --exclude 'test/{mutants,promises,threads-refused}.test.ts'
  else
    run node node_modules/vitest/vitest.mjs run --reporter=dot "$@"
  fi
}

address() {
  library libasan "$1" && local asan=$found && library libubsan "$1" || return 0
  local leaks=0 exitcode=99
  [ "$1" = asan ] || { leaks=1; exitcode=23; }
  preloaded() {
    LD_PRELOAD="$asan $found" ASAN_OPTIONS="detect_leaks=$leaks:exitcode=$exitcode" \
      UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 "$@"
  }
  [ "${built:-}" = asan ] || build -- -Dsan=asan
  built=asan
  if [ "$1" = asan ]; then
    finds overflow 99
    # UndefinedBehaviorSanitizer ends the process in a way of its own.
    finds signed 1
    finds misaligned 1
    run node test/sanitizers/lives.mjs 200 flying
    # A rule's text is the same in either type: one is enough here and below, and the night has both.
    tests test/{agreement,rebind,resume,async,undone,addon,kernel,bad-input/catalogue,canaries}.test.ts -t '^(?!float64)'
  else
    finds leak 23
    # No suppression file: Node itself ends without a leak, and a file that hides what is Node's hides what is ours.
    run node test/sanitizers/lives.mjs 20000
    run node test/sanitizers/lives.mjs 200 flying
  fi
}

thread() {
  library libtsan tsan || return 0
  # Node is not instrumented, so what it does with locks of its own must not count.
  preloaded() { LD_PRELOAD="$found" TSAN_OPTIONS=exitcode=66:ignore_noninstrumented_modules=1 "$@"; }
  build -- -Dsan=tsan
  built=tsan
  finds race 66
  g++ -std=c++17 -O1 -g -fsanitize=thread -pthread test/threads/pool.cc -o pool
  TSAN_OPTIONS=exitcode=66 ./pool all || { echo "sanitize: FAILED: the pool by itself"; return 1; }
  run node test/sanitizers/lives.mjs 200 flying
  tests test/{agreement,async,rebind}.test.ts -t '^(?!float64)'
}

if [ "$which" = all ]; then
  address asan
  address lsan
  thread
elif [ "$which" = tsan ]; then
  thread
else
  address "$which"
fi
