#!/bin/bash
# check.sh: all that CI runs. No keyboard, a fresh clone, root.
. "$(dirname "$0")/lib.sh"
needs cluster; packages
cd "$ROOT"
step() { echo "── $*"; "$@"; }
step node crds/generate.ts
step node charts/readme.ts
step node operator/metrics/reference.ts
step node operator/conditions-reference.ts
step git diff --exit-code -- crds docs/reference charts || { echo 'The generated files are not those of the sources: commit what `make generate` wrote.' >&2; exit 1; }
step tsc --noEmit
step oxlint --type-aware
step biome format
exec make/test.sh
