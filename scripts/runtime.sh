# Sourced by scripts that run things on other runtimes: a version of Node by its major, or bun or deno, out of npm, in a folder
# that is kept. `runtime 24` prints the program's path, or fails where it is not to be had.
runtime() {
  local folder=${TMPDIR:-/tmp}/lanestep-nodes/$1 package=$1 program=node_modules/.bin/$1
  case $1 in [0-9]*) package=node@$1 program=node_modules/node/bin/node ;; esac
  if [ ! -x "$folder/$program" ]; then
    mkdir -p "$folder"
    npm install --prefix "$folder" --no-save --no-audit --no-fund --silent "$package" >&2 || true
    # Whoever looks for crashes as root lets some rows be run by nobody.
    chmod -R a+rX "$folder"
  fi
  "$folder/$program" --version >/dev/null 2>&1 && realpath "$folder/$program"
}
