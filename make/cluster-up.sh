#!/bin/bash
# cluster-up.sh: a cluster to develop on; again: new images in the same one.
. "$(dirname "$0")/lib.sh"
needs cluster; alone cluster; packages
cluster_up fleet
cat <<S
A one-node Kubernetes 1.35 with our images and CRDs. Next:
  export KUBECONFIG=$KUBECONFIG
  alias kubectl=$KUBECTL
  kubectl apply -f deploy, and then as examples/nginx/README.md says
S
