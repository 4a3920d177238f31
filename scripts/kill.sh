#!/usr/bin/env bash
# Kills processes, and terminates workers, while they save checkpoints, so many times each (100), and looks for torn files and
# for temporary ones that are never swept. On what `npm run build` made.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e dist/index.js ] || { echo "kill: there is no dist, which npm run build makes" >&2; exit 1; }
node test/checkpoint/kill.mjs "${1:-100}"
