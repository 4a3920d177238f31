#!/usr/bin/env bash
# The package as a git dependency: npm clones it, builds it, packs it, and installs what came out. A repository of the tree as it
# is stands in for the real one. Needs what npm installs to build it; without a compiler it must come to WebAssembly, and say so.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/copy.sh
rm node_modules
git init --quiet
git add .
git -c user.name=nobody -c user.email=nobody@localhost commit --quiet --message 'the tree'

mkdir project
cd project
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund "git+file://$copy"
wanted=native
for tool in "${CXX:-c++}" make python3; do command -v "$tool" >/dev/null || wanted=wasm; done
got=$(node --input-type=module --eval "import { backend } from 'lanestep'; console.log(backend().name)")
echo "git dependency: $got"
[ "$got" = "$wanted" ]
cmp node_modules/lanestep/package.json "$copy/package.json"
# What `lanestep build` needs, where there is a compiler later.
ls node_modules/lanestep/native/binding.gyp node_modules/lanestep/native/node-addon-api/napi.h >/dev/null
npx --no-install lanestep doctor
