# setup.sh: everything that a fresh machine needs, each step done once. Sourced.

# packages: npm ci where package-lock.json is another than the one that was installed; then Node 24 comes first on the PATH.
# The mark is written last, so that a killed npm is run again. npm itself runs on the machine's Node: it replaces ours.
packages() {
  local mark=$ROOT/node_modules/.fleet-reload want; want=$(cat "$ROOT/package-lock.json" "$ROOT/package.json" | cksum)
  exec 7<"$ROOT/package.json"
  if command -v flock >/dev/null; then flock -n 7 || progress 'waiting for another make that installs npm packages' flock 7; fi
  [ "$(cat "$mark" 2>/dev/null || true)" = "$want" ] || {
    progress 'npm packages, with Node 24' npm_ci
    echo "$want" >"$mark"
  }
  exec 7<&-
  export PATH="$ROOT/node_modules/.bin:$PATH"
}
npm_ci() { cd "$ROOT" && npm ci --no-audit --no-fund --loglevel=error 7<&-; }

# binaries: etcd, Kubernetes, CoreDNS and Helm from the Go module proxy, once a machine.
binaries() {
  if [ -n "${KUBE_BIN:-}" ] || "$ROOT/test/cluster/build.sh" --check; then return 0; fi
  echo 'Kubernetes 1.35 and Helm 4 are built from source, once on this machine: about 6 minutes on 2 cores (4 GB of cache).'
  progress 'building Kubernetes and Helm' "$ROOT/test/cluster/build.sh"
}
