#!/usr/bin/env bash
# The package in bundles for Node, by every bundler that npm brings: carried along and left out. Needs `npm run build`.
# LANESTEP_BUNDLERS names a folder in which they are installed already.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${LANESTEP_BUNDLERS:-}" ]; then
  LANESTEP_BUNDLERS=$(mktemp -d)
  trap 'rm -r "$LANESTEP_BUNDLERS"' EXIT
  echo '{ "private": true }' >"$LANESTEP_BUNDLERS/package.json"
  npm install --prefix "$LANESTEP_BUNDLERS" --no-audit --no-fund --silent esbuild postject rollup @rollup/plugin-node-resolve \
    rolldown vite webpack webpack-cli parcel @vercel/ncc
fi
export LANESTEP_BUNDLERS
npx vitest run test/bundle/node.test.ts --reporter=verbose
