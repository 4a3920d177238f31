#!/usr/bin/env bash
# The agreement test on an addon built by clang, in a copy of the tree, so that the one that g++ built stays.
set -euo pipefail
cd "$(dirname "$0")/.."
clang=$(compgen -c clang++- | grep -E '^clang\+\+-[0-9]+$' | sort -t- -k2 -n | tail -n 1 || true)
[ -n "$clang" ] || { echo "clang: skipped, there is no clang++ (Debian: clang)"; exit 0; }
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard native bench src test binding.gyp package.json tsconfig.json vitest.config.ts |
  xargs -0 cp --parents -t "$copy"
cp src/kernels.generated.ts "$copy/src/"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
[ -e "$prefix/include/node/node_api.h" ] && headers="--nodedir=$prefix" || headers=""
# shellcheck disable=SC2086
CC=${clang/++/} CXX=$clang npx node-gyp rebuild --loglevel error $headers
"$clang" --version | head -n 1
npx vitest run test/agreement.test.ts
