# progress.sh: what takes long says so, and how it stands. Sourced.

# progress WHAT CMD...: runs CMD with its output put aside. On a terminal: one line with the time that passes and the last line of
# that output. Elsewhere: a line after 5 s, then one a minute. Afterwards a line if it took over 5 s. Fails as CMD does, with the end of its output.
progress() {
  local what=$1 log rc=0 began=$SECONDS; shift
  log=$(mktemp "${TMPDIR:-/tmp}/fleet-reload.XXXXXX")
  # The clock runs in the background and CMD in front: so Ctrl-C reaches CMD.
  clock "$what" "$log" $$ & local clock=$!
  "$@" >"$log" 2>&1 </dev/null 8>&- || rc=$?
  kill $clock 2>/dev/null || true; wait $clock 2>/dev/null || true
  [ ! -t 1 ] || printf '\r\033[K'
  if [ $rc != 0 ]; then
    echo "failed after $((SECONDS - began)) s: $what. The end of what it said:" >&2
    tail -n 15 "$log" | sed 's/^/    /' >&2
  elif [ $((SECONDS - began)) -ge 5 ]; then
    echo "  $what: $(passed $((SECONDS - began)))"
  fi
  rm -f "$log"
  return $rc
}

clock() {
  local what=$1 log=$2 parent=$3 i=0 marks='|/-\'
  while kill -0 "$parent" 2>/dev/null; do # ends also where the parent was killed
    if [ -t 1 ]; then
      if [ $i -ge 5 ]; then local line; line="${marks:i%4:1} $what $(passed $((i / 5)))  $(tail -n 1 "$log" 2>/dev/null | tr -d '\r\033')"; printf '\r\033[K%s' "${line:0:79}"; fi
      sleep 0.2
    else
      if [ $i = 5 ] || { [ $i -gt 0 ] && [ $((i % 60)) = 0 ]; }; then echo "  $what … $(passed $i) $(tail -n 1 "$log" 2>/dev/null | cut -c1-100)"; fi
      sleep 1
    fi
    i=$((i + 1))
  done
}

passed() { if [ "$1" -ge 60 ]; then echo "$(($1 / 60)) min $(($1 % 60)) s"; else echo "$1 s"; fi; }
