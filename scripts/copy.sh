# Sourced by scripts that build the addon in another way: makes a copy of the tree, so that the one that was built stays.
# Afterwards the working directory is that copy, which is gone when the script ends.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard -- . ':!node_modules' | xargs -0 cp --parents -t "$copy"
cp src/kernels.generated.ts "$copy/src/"
ln -s "$PWD/node_modules" "$copy/node_modules"
cd "$copy"

# Builds TypeScript and the addon there; what is given goes to node-gyp.
build() {
  local prefix headers=""
  prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
  [ ! -e "$prefix/include/node/node_api.h" ] || headers="--nodedir=$prefix"
  [ -e dist/index.js ] || node node_modules/typescript/bin/tsc -p tsconfig.build.json
  # shellcheck disable=SC2086
  npx node-gyp rebuild --jobs max --loglevel error $headers "$@" >build.log 2>&1 || { cat build.log; return 1; }
}
