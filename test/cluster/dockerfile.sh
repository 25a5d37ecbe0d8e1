#!/bin/bash
# dockerfile.sh DOCKERFILE REF OUT.tar [OPTION...]: builds a Dockerfile of this checkout by buildah, without network, into a docker archive.
# FROM finds localhost/node:24, of images.sh. OPTIONs are those of `buildah build`, such as --platform linux/arm64.
. "$(dirname "$0")/lib.sh"; options "$@"; set -- "${ARGS[@]}"
[ $# -ge 3 ] || usage 1
file=$1 ref=$2 out=$3; shift 3
need buildah=buildah
"$HERE/images.sh" --make node
# A storage of its own, which goes: nothing of it is seen in the machine's.
S=$(mktemp -d "$IMAGES/.buildah.XXXXXX"); trap 'rm -rf "$S"' EXIT; trap 'exit 130' INT TERM HUP
b() { STORAGE_DRIVER=vfs unshare -n buildah --root "$S/storage" --runroot "$S/run" "$@"; }
b pull -q "docker-archive:$IMAGES/node.tar" >/dev/null
# Of the platforms, buildah 1.28 does not know by itself the one that builds.
b bud --isolation chroot --pull-never --identity-label=false --build-arg "BUILDPLATFORM=linux/$(dpkg --print-architecture)" -f "$file" -t "$ref" "$@" "$HERE/../.." >&2
rm -f "$out"
b push -q "$ref" "docker-archive:$out:$ref"
