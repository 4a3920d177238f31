#!/usr/bin/env bash
# So many checkpoints (100,000) that were tampered with, in a process of little memory. LANESTEP_SEED says which; it is printed.
set -euo pipefail
cd "$(dirname "$0")/.."
export LANESTEP_MUTATIONS=${1:-100000} LANESTEP_SEED=${LANESTEP_SEED:-$RANDOM}
npx vitest run test/checkpoint/mutated.test.ts --execArgv=--max-old-space-size=128
