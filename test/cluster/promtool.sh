#!/bin/bash
# promtool.sh ARG...: Prometheus' own checker, out of Debian's package. Fetched once; nothing is installed on the machine.
. "$(dirname "$0")/lib.sh"
P=$CACHE/promtool
if [ ! -x "$P" ]; then
  mkdir -p "$CACHE"; W=$(mktemp -d "$CACHE/.promtool.XXXXXX"); trap 'rm -rf "$W"' EXIT
  fetched() { (cd "$W" && apt-get -o APT::Sandbox::User=root download prometheus >/dev/null 2>&1); }
  fetched || { apt-get update -qq >&2; fetched; } || stop "Debian's package prometheus cannot be fetched"
  dpkg -x "$W"/prometheus_*.deb "$W/x"; mv "$W/x/usr/bin/promtool" "$P"; rm -rf "$W"
fi
exec "$P" "$@"
