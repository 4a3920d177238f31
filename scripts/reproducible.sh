#!/usr/bin/env bash
# Everything that is published, twice: two copies of the tree in folders of different length, in another time zone and language,
# are built and packed by the same tools, and must come out as the same tarball, byte for byte. Needs a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in "${CXX:-c++}" make python3 sha256sum; do
  command -v "$tool" >/dev/null || { echo "reproducible: skipped, there is no $tool"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Once, so that an edit meanwhile makes no difference.
mkdir "$work/sources"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$work/sources"
ln -s "$PWD/node_modules" "$work/sources/node_modules"

# build FOLDER: the tarball, and its files with their hashes in FOLDER/list
build() {
  mkdir -p "$work/$1"
  cp -r "$work/sources" "$work/$1/tree"
  (
    cd "$work/$1/tree"
    node scripts/prepare.mjs --strict >/dev/null
    node scripts/prebuild.mjs
    npm pack --ignore-scripts --silent --pack-destination "$work/$1" >/dev/null
    mkdir "$work/$1/unpacked"
    tar xzf "$work/$1"/*.tgz -C "$work/$1/unpacked"
    cd "$work/$1/unpacked"
    find . -type f -print0 | sort -z | xargs -0 sha256sum >"$work/$1/list"
  )
}

first=a second=another-folder/that-has-a-longer-name
# npm packs the modes that files have here.
umask 022
build "$first"
(TZ=Asia/Tokyo LC_ALL=C.UTF-8 LANG=C.UTF-8 build "$second")

diff "$work/$first/list" "$work/$second/list" || { echo 'reproducible: these files differ'; exit 1; }
cmp "$work/$first"/*.tgz "$work/$second"/*.tgz
# Without absolute paths of the folder that it was built in, or the two would differ elsewhere too.
! grep -rlF "$work" "$work/$first/unpacked" || { echo 'reproducible: these files name the folder they were built in'; exit 1; }
echo "the same $(wc -l <"$work/$first/list") files, twice"
grep -E '\.(node|wasm)$' "$work/$first/list"
sha256sum <"$work/$first"/*.tgz
