#!/usr/bin/env bash
# Agreement at random: `scripts/agreement.sh [cases] [Node's majors…]`, by default 100,000 cases on the Node that is here.
# Cases are drawn from SEED (1) and begin with number FROM (0). Other versions of Node come from npm into a folder of
# their own, and must come to the same digest; one that is not to be had is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=${1:-100000}
[ $# -gt 0 ] && shift
. scripts/runtime.sh

# The program, compiled for a Node that knows no TypeScript, beside the addon that is built here.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
npx tsc -p test/random --outDir "$copy"
cp package.json "$copy"
if [ -e build ]; then ln -s "$PWD/build" "$copy/build"; fi

run() { # run NODE
  "$1" "$copy/test/random/main.js" "$cases" | tee "$copy/said"
  grep '^digest ' "$copy/said" >> "$copy/digests"
}

if [ $# -eq 0 ]; then
  run node
  exit
fi
for major in "$@"; do
  node=node
  if [ "$(node -p 'process.versions.node.split(".")[0]')" != "$major" ]; then
    node=$(runtime "$major") || { echo "agreement: Node $major is skipped, npm does not give it"; continue; }
  fi
  run "$node"
done
[ -s "$copy/digests" ] || { echo "agreement: none of these versions of Node is to be had"; exit 1; }
different=$(sort -u "$copy/digests" | wc -l)
[ "$different" = 1 ] || { echo "agreement: the versions of Node come to $different digests"; exit 1; }
echo "agreement: one digest on $(wc -l < "$copy/digests") version(s) of Node"
