#!/usr/bin/env bash
# Threads that train, save, load and are ended at random, for `scripts/soak.sh [minutes]`, 20 by default: results stay those of a
# second backend, and memory, threads and open files stay what they were. SEED (1) draws what happens.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/Release/lanestep.node ] || { echo "soak: skipped, the addon is not built here"; exit 0; }
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
npx tsc -p test/soak --outDir "$copy"
cp package.json "$copy"
ln -s "$PWD/build" "$copy/build"
ln -s "$PWD/node_modules" "$copy/node_modules"
node "$copy/test/soak/main.js" "${1:-20}"
