#!/usr/bin/env bash
# Steps over more than 2^31 elements, on both backends: scripts/huge.sh [BACKEND...]. A parameter and a gradient of 8 GiB each,
# of which only the parameter is ever written, so that some 9 GiB are resident; it is skipped where there are fewer than 11.
# Needs `npm run build`.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- native wasm
for backend in "$@"; do
  [ -r /proc/meminfo ] || { echo "huge: skipped, there is no /proc/meminfo to ask for memory"; exit 0; }
  available=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  [ "$available" -ge 11 ] || { echo "huge: skipped $backend, $available GiB of memory are available, not 11"; continue; }
  node test/crash/huge.mjs "$backend"
done
