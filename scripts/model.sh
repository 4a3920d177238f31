#!/usr/bin/env bash
# The stateful model on an addon with AddressSanitizer and UndefinedBehaviorSanitizer: `scripts/model.sh [calls]`, 200,000 by
# default, from SEED (1) on. The addon is built in a copy of the tree, so that the one that is here stays. `SAN= scripts/model.sh`
# takes the one that is here.
set -euo pipefail
cd "$(dirname "$0")/.."
calls=${1:-200000}
san=${SAN-asan}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
npx tsc -p test/model --outDir "$copy"
cp package.json "$copy"
ln -s "$PWD/node_modules" "$copy/node_modules"
if [ -z "$san" ]; then
  ln -s "$PWD/build" "$copy/build"
  node "$copy/test/model/main.js" "$calls"
  exit
fi

# Of the compiler that builds the addon: another's would not know what it finds.
compiler=${CXX:-g++}
for library in libasan libubsan; do
  path=$("$compiler" -print-file-name="$library.so" 2>/dev/null || true)
  case $path in
    /*) ;;
    *) echo "model: skipped, $compiler has no $library.so"; exit 0 ;;
  esac
  preload="${preload:-}${preload:+ }$path"
done
git ls-files -z --cached --others --exclude-standard native bench/native binding.gyp | xargs -0 cp --parents -t "$copy"
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
[ -e "$prefix/include/node/node_api.h" ] && headers="--nodedir=$prefix" || headers=""
# shellcheck disable=SC2086
(cd "$copy" && npx node-gyp rebuild --loglevel error $headers -- -Dsan="$san" >/dev/null)
# Leaks are for the soak to see.
LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
  node "$copy/test/model/main.js" "$calls"
echo "model: no report of a sanitizer"
