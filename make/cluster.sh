# cluster.sh: a real one-node Kubernetes with our images in it. Sourced. The verbs are those of test/cluster.

# cluster_up NAME: a cluster with images, and nothing of ours installed. Exports KUBECONFIG, KUBECTL, HELM, CLUSTER.
cluster_up() {
  binaries
  progress 'starting Kubernetes' "$ROOT/test/cluster/up.sh" --name "$1"
  cluster_env "$1"
  images
  progress 'importing images' "$ROOT/test/cluster/images.sh" --name "$1" node nginx "$ROOT"/dist/images/*.tar
}

# cluster_fresh NAME: the same, from nothing; what a killed run left is cleared. It ends with this script unless KEEP=1.
cluster_fresh() {
  cluster_down "$1"
  trap "cluster_end $1" EXIT
  trap 'exit 130' INT TERM HUP
  cluster_up "$1"
}

cluster_end() {
  if [ -n "${KEEP:-}" ]; then echo "Kept: export KUBECONFIG=$KUBECONFIG; end it with test/cluster/down.sh --name $1"; else cluster_down "$1"; fi
}
cluster_down() { "$ROOT/test/cluster/down.sh" --name "$1"; }

cluster_env() {
  export CLUSTER=$1 KUBECONFIG KUBECTL HELM
  KUBECONFIG=${XDG_STATE_HOME:-${HOME:-/root}/.local/state}/fleet-reload/$1/kubeconfig
  KUBECTL=${KUBE_BIN:-$CACHE/kube-v1.35.4}/kubectl
  HELM=${KUBECTL%/*}/helm
}

# images [--whole]: the operator's and the sidecar's, made where their code changed.
images() {
  progress 'the base image' "$ROOT/test/cluster/images.sh" --make node
  progress 'our images' node "$ROOT/images/build.ts" "$@"
}
