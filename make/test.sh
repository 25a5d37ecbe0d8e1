#!/bin/bash
# test.sh: all tests, the quick ones first, up to the first group that fails. The last three run on a cluster of their own (KEEP=1 keeps it).
. "$(dirname "$0")/lib.sh"
needs cluster; alone test; packages
TALLY=$ROOT/dist/tally.json; mkdir -p "$ROOT/dist"; rm -f "$TALLY"
node "$ROOT/test/run.ts" --tally "$TALLY" unit scenarios simulation fuzz
cluster_fresh test
node "$ROOT/test/run.ts" --tally "$TALLY" integration e2e hygiene
