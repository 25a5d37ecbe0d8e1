#!/bin/bash
# needs.sh packages|cluster: what this machine lacks and what to do about it, within 2 s and before anything is downloaded.
#   packages  what npm needs: generate, fmt, unit, simulate
#   cluster   that, and what a real Kubernetes on this machine needs: demo, test, check, cluster, images
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
lacks=()

if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
  lacks+=("Node.js 20 or later with npm.  Do: apt-get install nodejs npm, or take it from https://nodejs.org")
elif [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -lt 20 ]; then
  lacks+=("Node.js 20 or later: this one is $(node --version 2>/dev/null || echo broken).  Do: take one from https://nodejs.org")
fi

cluster() {
  if [ "$(uname -s)" != Linux ]; then
    lacks+=("Linux: the Kubernetes here is made of Linux namespaces, and this is $(uname -s).  Do: run it in a Debian virtual machine; \`make simulate\` runs here")
    return
  fi
  [ "$(id -u)" = 0 ] || lacks+=("root, for namespaces, cgroups and containerd; you are $(id -un).  Do: sudo -E env PATH=\"\$PATH\" make …; \`make simulate\` needs no root")
  . "$root/test/cluster/lib.sh"; set +e
  if [ -n "${KUBE_BIN:-}" ]; then
    local b missing=''
    for b in $PROGRAMS helm gitops; do [ -x "$KUBE_BIN/$b" ] || missing+=" $b"; done
    [ -z "$missing" ] || lacks+=("in KUBE_BIN=$KUBE_BIN:$missing.  Do: put them there, or unset KUBE_BIN to have them built")
  elif [ -n "$(for b in $PROGRAMS helm gitops; do [ -x "$B/$b" ] || echo "$b"; done)" ]; then
    # Not from within a module: an old go would load a newer one first.
    local go; go=$(cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//')
    local minor=${go#*.}; minor=${minor%%[!0-9]*}
    if [ -z "$go" ]; then lacks+=("Go 1.25 or later, which builds Kubernetes once.  Do: take it from https://go.dev/dl, or set KUBE_BIN to a folder with $PROGRAMS helm gitops")
    elif [ "${go%%.*}" = 1 ] && [ "${minor:-0}" -lt 25 ]; then lacks+=("Go 1.25 or later, which builds Kubernetes once: this one is $go.  Do: take it from https://go.dev/dl, or set KUBE_BIN to a folder with $PROGRAMS helm gitops"); fi
    local free; free=$(df -Pk "$(dirname "$(realpath -m "$CACHE")")" 2>/dev/null | awk 'NR==2 {print int($4 / 1048576)}')
    [ "${free:-99}" -ge 6 ] || lacks+=("6 GB of free disk for the first build of Kubernetes: there are $free GB.  Do: free some, or set KUBE_BIN to a folder with $PROGRAMS helm gitops")
  fi
  local packages; packages=$(lacking $CONTROL_PLANE $NODE_TOO | sort -u | xargs)
  [ -z "$packages" ] || command -v apt-get >/dev/null || lacks+=("the programs of Debian's packages $packages, and there is no apt-get here.  Do: install them")
}
[ "${1:-packages}" = packages ] || cluster

[ ${#lacks[@]} -gt 0 ] || exit 0
echo "This machine lacks what \`make\` needs for that:" >&2
for l in "${lacks[@]}"; do printf -- '- %s\n' "$l" | fold -s -w 76 | sed '2,$s/^/  /; s/^/  /' >&2; done
exit 2
