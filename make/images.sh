#!/bin/bash
# images.sh: the operator's and the sidecar's images as archives that any tool reads, in dist/images/whole.
. "$(dirname "$0")/lib.sh"
needs cluster; packages
images --whole
ls -l "$ROOT"/dist/images/whole/*.tar
