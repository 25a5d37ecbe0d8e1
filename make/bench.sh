#!/bin/bash
# bench.sh: sizes, counts, times and memory that docs/limits.md promises, as tables. ONLY="plan inject status sidecar writes memory link floor webhook" picks.
# `writes`, `memory` and `link` run beside a control plane of their own, without a kubelet, and `webhook` on a whole cluster (KEEP=1 keeps the last one).
. "$(dirname "$0")/lib.sh"
read -ra only <<<"${ONLY:-plan inject status sidecar writes memory link floor webhook}"
picks() { [[ " ${only[*]} " =~ \ ($1)\  ]]; }
if picks 'writes|memory|link|webhook'; then needs cluster; alone bench; packages; binaries; else needs packages; packages; fi
cd "$ROOT"
if picks 'writes|memory|link'; then
  mkdir -p dist/bench; rm -f dist/bench/*.log
  cluster_down bench
  trap 'cluster_end bench' EXIT
  trap 'exit 130' INT TERM HUP
  export APISERVER_FLAGS="--audit-policy-file=$ROOT/bench/audit-policy.yaml --audit-log-path=$ROOT/dist/bench/audit.log --audit-log-maxsize=1000"
  progress 'starting a control plane' test/cluster/up.sh --name bench --control-plane
  cluster_env bench
  # There is no node to run it on: the benches start it as a process of its own, with the rights of the release. It asks for Secrets, too.
  "$HELM" install fleet-reload charts/fleet-reload -n fleet-reload-system --create-namespace --set replicas=0 --set secrets.enabled=true --wait >/dev/null
fi
if ! picks webhook; then node bench/main.ts "${only[@]}"; exit; fi
read -ra before <<<"${only[*]/webhook/}"
[ ${#before[@]} = 0 ] || node bench/main.ts "${before[@]}"
unset APISERVER_FLAGS
cluster_fresh bench
node bench/main.ts webhook
