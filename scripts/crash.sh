#!/usr/bin/env bash
# The catalogue of crashes (test/crash) with its storms at full size, on several versions of Node, which npm brings:
# scripts/crash.sh [MAJOR...]. LANESTEP_CRASH_TIMES says how many times the size of `npm test` the storms have; with 60, the
# default, 600 workers are terminated while they step and 240 with steps in flight, on each version. Needs `npm run build`.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 20 22 24 26
. scripts/runtime.sh
export LANESTEP_CRASH_TIMES=${LANESTEP_CRASH_TIMES:-60}
ran=() skipped=() failed=()
for major in "$@"; do
  if ! node=$(runtime "$major"); then
    echo "crash: skipped Node $major, npm does not bring it"
    skipped+=("$major")
    continue
  fi
  version=$("$node" --version)
  ran+=("$version")
  LANESTEP_CRASH_NODE=$node npx vitest run test/crash/crash.test.ts --reporter=verbose || failed+=("$version")
done
echo "crash: ran on Node ${ran[*]:-none}; skipped: ${skipped[*]:-none}; failed: ${failed[*]:-none}"
[ ${#failed[@]} -eq 0 ] && [ ${#ran[@]} -gt 0 ]
