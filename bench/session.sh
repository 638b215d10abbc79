#!/usr/bin/env bash
# session.sh - what a host pays for a session and for an evaluation, beside
# plain lua_pcall of the same function.
set -eu -o pipefail

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
"$builddir/bench/generate" 1000 >"$scratch/grants.ndjson"
echo
"$builddir/bench/session" "$srcdir/bench/functions" "$scratch/grants.ndjson"
