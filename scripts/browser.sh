#!/usr/bin/env bash
# The package in a browser: what `npm run build` made, bundled by vite, in headless Chromium. Needs Debian's chromium, and
# takes no other: playwright-core only drives it.
set -euo pipefail
cd "$(dirname "$0")/.."
LANESTEP_BROWSER=${LANESTEP_BROWSER:-$(command -v chromium || true)}
[ -n "$LANESTEP_BROWSER" ] || { echo "browser: skipped, there is no chromium (Debian: chromium)"; exit 0; }
export LANESTEP_BROWSER
npx vitest run test/browser
