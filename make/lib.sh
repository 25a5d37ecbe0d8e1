# lib.sh: what the scripts behind the Makefile share. Sourced; each of them does one target.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/fleet-reload
. "$ROOT/make/progress.sh"
. "$ROOT/make/setup.sh"
. "$ROOT/make/cluster.sh"

# What is missing is said before anything is downloaded or locked.
needs() { "$ROOT/make/needs.sh" "$1"; }

# alone NAME: one of a kind at a time on this machine; the other waits, and says for what. The kernel lets go of it when we end, however we end.
alone() {
  mkdir -p "$CACHE"
  exec 8>>"$CACHE/$1.lock" # append: the holder's pid stays readable
  if ! flock -n 8; then
    echo "Another \`make $1\` runs on this machine (pid $(cat "$CACHE/$1.lock")): waiting for it to end."
    flock 8
  fi
  echo $$ >"$CACHE/$1.lock"
}
