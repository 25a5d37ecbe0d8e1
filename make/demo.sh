#!/bin/bash
# demo.sh: the story of the README on a cluster of its own, which goes with it (KEEP=1 keeps it).
. "$(dirname "$0")/lib.sh"
needs cluster; alone demo; packages
cluster_fresh demo
node "$ROOT/demo/main.ts"
