#!/usr/bin/env bash
# The package as it is installed: packed, installed in an empty folder, and its essentials (test/installed) run there:
# scripts/installed.sh [20 22 24 26 bun deno]. The runtimes come from npm; the package is what `npm run build` made.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/runtime.sh
[ $# -gt 0 ] || set -- 20 22 24 26 bun deno
tree=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

node scripts/prebuild.mjs
tarball=$work/$(npm pack --ignore-scripts --silent --pack-destination "$work")
cd "$work"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund --offline "$tarball"
ln -s "$tree/node_modules/@tensorflow" node_modules/@tensorflow
cp "$tree"/test/installed/*.mjs .

# What waits for the names of three connections, of which none comes, waits for half a minute.
sockets() {
  echo 'nameserver 192.0.2.1' >resolv.conf
  unshare -m true 2>/dev/null || { echo 'skipped: a silent name server needs root'; return; }
  LANESTEP_BACKEND=native unshare -m bash -c 'mount --bind "$1" /etc/resolv.conf; exec timeout 20 "$2" essentials.mjs "$3"' - \
    "$work/resolv.conf" "$1" 'the first optimizer with open sockets'
}

# Importing asks Deno for nothing, and without leave everything runs on WebAssembly, and says why in one line.
unpermitted() {
  local audit=$work/audit said
  DENO_AUDIT_PERMISSIONS=$audit "$1" run --no-prompt --node-modules-dir=manual import.mjs || return 1
  [ ! -s "$audit" ] || { echo "importing asks for permissions:"; cat "$audit"; return 1; }
  said=$("$1" run --no-prompt --node-modules-dir=manual unpermitted.mjs 2>&1) || { echo "$said"; return 1; }
  echo "$said"
  [ "$(grep -c 'running on WebAssembly: .*--allow-read' <<<"$said")" = 1 ]
}

essentials() { # essentials NAME PROGRAM [ARGUMENT...]: their results go into a file, too
  echo "== $1"
  "${@:2}" essentials.mjs | tee "$work/$1.said"
}

ran=() skipped=() failed=()
for name in "$@"; do
  program=$(runtime "$name") || { skipped+=("$name"); continue; }
  ran+=("$name")
  case $name in
    bun) essentials bun "$program" run ;;
    deno) essentials deno "$program" run --allow-all --node-modules-dir=manual && unpermitted "$program" ;;
    *) essentials "$name" "$program" && sockets "$program" ;;
  esac || failed+=("$name")
done
echo "installed: ran on ${ran[*]:-none}; skipped: ${skipped[*]:-none}; failed: ${failed[*]:-none}"
[ ${#failed[@]} -eq 0 ] && [ ${#ran[@]} -gt 0 ]

# The same bits on every runtime: no row has two results.
twice=$(grep -h '^ok' ./*.said | grep -v skipped | sort -u | cut -d: -f1 | uniq -d)
[ -z "$twice" ] || { echo "installed: the runtimes differ in:"; echo "$twice"; exit 1; }
