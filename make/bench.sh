#!/bin/bash
# bench.sh: sizes, counts, times and memory that docs/limits.md promises, as tables. ONLY="plan inject status writes memory link" picks; the last three
# run beside a control plane of their own, without a kubelet (KEEP=1 keeps it).
. "$(dirname "$0")/lib.sh"
read -ra only <<<"${ONLY:-plan inject status writes memory link}"
if [[ " ${only[*]} " == *' writes '* || " ${only[*]} " == *' memory '* || " ${only[*]} " == *' link '* ]]; then
  needs cluster; alone bench; packages; binaries
  mkdir -p "$ROOT/dist/bench"; rm -f "$ROOT"/dist/bench/*.log
  cluster_down bench
  trap 'cluster_end bench' EXIT
  trap 'exit 130' INT TERM HUP
  export APISERVER_FLAGS="--audit-policy-file=$ROOT/bench/audit-policy.yaml --audit-log-path=$ROOT/dist/bench/audit.log --audit-log-maxsize=1000"
  progress 'starting a control plane' "$ROOT/test/cluster/up.sh" --name bench --control-plane
  cluster_env bench
  "$KUBECTL" apply --server-side -f "$ROOT/crds" -f "$ROOT/deploy/1-namespace.yaml" -f "$ROOT/deploy/2-access.yaml" >/dev/null
else
  needs packages; packages
fi
cd "$ROOT"; node bench/main.ts "${only[@]}"
