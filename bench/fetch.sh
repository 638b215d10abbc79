#!/usr/bin/env bash
# fetch.sh - 2,000 grants by id, 20 ms an answer, 50 under way: against the
# 0.8 seconds that it takes if nothing but waiting costs time.
set -eu -o pipefail
. "$srcdir/bench/clock.sh"

# The program itself: libtool's wrapper would be measured too.
export LD_LIBRARY_PATH=$builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export NYLAS_API_KEY=any-will-do

grants=2000
parallel=50
delay_ms=20
rounds=7

fake=$builddir/tests/fake/fake-nylas
scratch=$(mktemp -d)
"$fake" --generate "$grants" --print |
    sed 's/.*"id":"\([^"]*\)".*/\1/' >"$scratch/ids"
"$fake" --generate "$grants" --delay "$delay_ms" --seconds 120 \
    >"$scratch/url" &
trap 'kill $!; rm -r "$scratch"' EXIT
until [ -s "$scratch/url" ]; do sleep 0.1; done
url=$(cat "$scratch/url")

by_id() {
    "$builddir/.libs/grantgate" fetch --ids "$scratch/ids" --api-url "$url" \
        --parallel "$parallel" --rate 100000
}

# A fast wrong answer is worth nothing.
[ "$(by_id | grep -c '"provider"')" -eq "$grants" ]

for ((i = 0; i < rounds; i++)); do takes by_id; done >"$scratch/times"
ideal=$(awk "BEGIN { print $grants / $parallel * $delay_ms / 1000 }")
awk -v wall="$(median 1 <"$scratch/times")" \
    -v cpu="$(median 2 <"$scratch/times")" -v ideal="$ideal" \
    -v grants="$grants" -v rounds="$rounds" 'BEGIN {
    printf "fetch by id: %.3f s, %.2f times the ideal %.3f s; ", wall,
        wall / ideal, ideal
    printf "%.0f us of processor time a grant; median of %d rounds\n",
        cpu / grants * 1000000, rounds
}'
