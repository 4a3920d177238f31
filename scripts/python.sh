#!/usr/bin/env bash
# Training that goes to PyTorch and comes back, with the Python that LANESTEP_PYTHON names (python3). Installs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export LANESTEP_PYTHON=${LANESTEP_PYTHON:-python3}
"$LANESTEP_PYTHON" -c 'import numpy, torch' 2>/dev/null ||
  { echo "python: skipped, $LANESTEP_PYTHON has no torch and numpy (Debian: python3-torch python3-numpy)"; exit 0; }
"$LANESTEP_PYTHON" -c 'import torch; print("python: torch", torch.__version__)'
npx vitest run test/checkpoint/python.test.ts
