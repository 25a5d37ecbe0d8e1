#!/bin/bash
# cluster-down.sh: ends the cluster of cluster-up.sh and leaves nothing of it.
. "$(dirname "$0")/lib.sh"
cluster_down fleet
