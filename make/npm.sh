#!/bin/bash
# npm.sh CMD...: the packages first, then CMD with them and Node 24 on the PATH. Needs no root, and runs on other systems than Linux too.
. "$(dirname "$0")/lib.sh"
needs packages; packages
cd "$ROOT"; exec "$@"
