#!/bin/bash
# cluster-up.sh: a cluster to develop on; again: new images in the same one.
. "$(dirname "$0")/lib.sh"
needs cluster; alone cluster; packages
cluster_up fleet
cat <<S
A one-node Kubernetes 1.35 with our images. Next, and after each change of the code:
  export KUBECONFIG=$KUBECONFIG
  alias kubectl=$KUBECTL
  alias helm=$HELM
  helm upgrade fleet-reload charts/fleet-reload --install -n fleet-reload-system --create-namespace --wait
  and then as examples/nginx/README.md says
S
