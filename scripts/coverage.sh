#!/usr/bin/env bash
# Which lines the tests run: of native/ by gcov, on an addon built for that, and of src/ by V8, both in a copy of the tree. Prints
# a table, and fails where a line of a kernel, of the loop over chunks or of the threads did not run (scripts/covered.mjs).
# Needs g++ with gcov, on x86-64. `scripts/coverage.sh [test files]` runs fewer tests; the table is then of those.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in g++ gcov; do
  command -v "$tool" >/dev/null || { echo "coverage: skipped, there is no $tool (Debian: g++)"; exit 0; }
done
[ "$(uname -m)" = x86_64 ] || { echo "coverage: skipped, it knows which kernels there are on x86-64, and this is $(uname -m)"; exit 0; }

# shellcheck source=scripts/copy.sh
. scripts/copy.sh

# Unoptimized, so that a line is a line; and with counters that threads do not lose.
sed -i 's/^\( *\)"-O3",.*/\1"-O0", "--coverage", "-fprofile-update=prefer-atomic",/
  s/^\( *\)"-Wl,-z,nodelete",/\1"--coverage", &/' binding.gyp
[ "$(grep -c -- --coverage binding.gyp)" -ge 2 ] || { echo "coverage: binding.gyp is not what it was"; exit 1; }
export CC=gcc CXX=g++
build

# What builds or packs, races, needs a browser, or looks at the addon's binary has its own copies, or is no test of src/.
tests=("$@")
[ $# -gt 0 ] || tests=(--exclude 'test/{bench,browser,bundle,examples,crash,cli}/**'
  --exclude 'test/{build,hardening,mutants,prebuilds,promises,reproducible,tarball,types,walls,workflows}.test.ts')
failed=0
# Threads, for gcov writes what it counted when a process ends by itself, and the processes of a pool are ended.
node node_modules/vitest/vitest.mjs run --reporter=dot --pool=threads "${tests[@]}" --coverage --coverage.include='src/**/*.ts' \
  --coverage.exclude='src/kernels.generated.ts' --coverage.reporter=json-summary --coverage.reportsDirectory=coverage \
  --coverage.reportOnFailure || failed=1
# Several threads of JavaScript that want the pool at once.
node test/sanitizers/lives.mjs 500 flying
node scripts/covered.mjs || failed=1
exit $failed
