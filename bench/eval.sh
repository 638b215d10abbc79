#!/usr/bin/env bash
# eval.sh - the whole job, grants in and records out: against reading them and
# doing nothing (the floor), against the same job elsewhere (the peers), on two
# threads, without limits, and by the size of the input.
#
#     make bench benches=bench/eval.sh GRANTS=50000 ROUNDS=3
#
# What is not installed is left out.
set -eu -o pipefail
. "$srcdir/bench/clock.sh"

grants=${GRANTS:-200000}
rounds=${ROUNDS:-5}
sample=10000

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
all=$scratch/all.ndjson
"$builddir/bench/generate" "$grants" >"$all"
head -n $((grants / 2)) "$all" >"$scratch/first.ndjson"
tail -n +$((grants / 2 + 1)) "$all" >"$scratch/second.ndjson"
head -n "$sample" "$all" >"$scratch/sample.ndjson"

# --- contestants, each a function of a file ---------------------------------

# Past libtool's wrapper, a script that would be measured too.
export LD_LIBRARY_PATH=$builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
ours() {
    local set=$1 jobs=$2
    shift 2
    "$builddir/.libs/grantgate" eval -q -p "$srcdir/bench/$set" -j "$jobs" \
        --now 1785578400 --client-id bench \
        --redirect-uri https://example.com/callback "$@"
}

functions() { ours functions 1 "$@"; }
functions_j2() { ours functions 2 "$@"; }
functions_unhooked() {
    LD_PRELOAD=$scratch/unhooked.so functions "$@"
}
rules() { ours rules 1 "$@"; }
rules_j2() { ours rules 2 "$@"; }

# Two processes on the halves, whatever file is named.
functions_apart() { apart functions; }
rules_apart() { apart rules; }
apart() {
    ours "$1" 1 "$scratch/first.ndjson" >/dev/null &
    ours "$1" 1 "$scratch/second.ndjson" >/dev/null
    wait $!
}

simdjson() { "$scratch/simdjson" "$@"; }
yyjson() { "$builddir/bench/floor" "$@"; }

node() { command node "$srcdir/bench/peers/decide.js" "$@"; }
python3() { command python3 "$srcdir/bench/peers/decide.py" "$@"; }
lua_cjson() { "$LUA_PROGRAM" "$srcdir/bench/peers/decide.lua" "$@"; }
jq() { command jq -n -c -f "$srcdir/bench/peers/decide.jq" "$@"; }

has() {
    type -P "$1" >/dev/null
}

contestants=(yyjson functions rules functions_j2 functions_apart rules_j2
    rules_apart)
if has "$CXX" && "$CXX" -std=c++17 -O3 -march=native -o "$scratch/simdjson" \
    "$srcdir/bench/floor.cc" -lsimdjson 2>"$scratch/why"; then
    contestants=(simdjson "${contestants[@]}")
fi
# shellcheck disable=SC2086 # lists of words
if $CC $LUA_CFLAGS -shared -fPIC -o "$scratch/unhooked.so" \
    "$srcdir/bench/unhooked.c" 2>"$scratch/why"; then
    contestants+=(functions_unhooked)
fi
peers=()
if has node; then peers+=(node); fi
if has python3; then peers+=(python3); fi
if "$LUA_PROGRAM" -e 'require "cjson"' 2>"$scratch/why"; then
    peers+=(lua_cjson)
fi
if has jq; then peers+=(jq); fi
contestants+=("${peers[@]}")

# --- a fast wrong answer is worth nothing -----------------------------------

# Records with their keys in order; which rule it was only rules can say.
canonical() {
    sed 's/"rule":"[^"]*",//' |
        if has jq; then command jq -c -S .; else
            command python3 -c 'import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(line), sort_keys=True))'
        fi
}

agree() {
    local wanted got name
    wanted=$(functions "$scratch/sample.ndjson" | canonical | cksum)
    for name in rules rules_j2 functions_j2 "${peers[@]}"; do
        got=$("$name" "$scratch/sample.ndjson" | canonical | cksum)
        [ "$got" = "$wanted" ] || {
            echo "$name decides otherwise" >&2
            return 1
        }
    done
    [ ! -x "$scratch/simdjson" ] ||
        [ "$(simdjson "$all")" = "$(yyjson "$all")" ] || {
        echo "simdjson and yyjson read different things" >&2
        return 1
    }
}

if has jq || has python3; then
    agree
else
    echo "neither jq nor python3: decisions are not compared" >&2
fi

# --- measuring --------------------------------------------------------------

for ((round = 0; round < rounds; round++)); do
    for name in "${contestants[@]}"; do
        takes "$name" "$all" >>"$scratch/$name.times"
    done
done
for name in "${contestants[@]}"; do
    echo "$name $(median 2 <"$scratch/$name.times")" \
        "$(awk '{ print $2 }' "$scratch/$name.times" | sort -n | head -n 1)"
done >"$scratch/medians"

echo "$grants grants of $(($(wc -c <"$all") / grants)) bytes," \
    "processor time, median of $rounds rounds:"
echo
awk -v grants="$grants" '
    { name[NR] = $1; cpu[$1] = $2; least[$1] = $3 }
    function ratio(of, to) {
        return to in cpu && cpu[to] > 0 ? sprintf("%.2f", cpu[of] / cpu[to]) \
                                        : "-"
    }
    END {
        print "| what | ns a grant | least | x simdjson | x yyjson " \
            "| x functions | x rules |"
        print "| --- | --- | --- | --- | --- | --- | --- |"
        for (i = 1; i <= NR; i++)
            printf "| %s | %.0f | %.0f | %s | %s | %s | %s |\n", name[i],
                cpu[name[i]] / grants * 1e9, least[name[i]] / grants * 1e9,
                ratio(name[i], "simdjson"), ratio(name[i], "yyjson"),
                ratio(name[i], "functions"), ratio(name[i], "rules")
        print ""
        print "two threads against two processes: functions " \
            ratio("functions_j2", "functions_apart") ", rules " \
            ratio("rules_j2", "rules_apart")
        print "limits on against limits off: " \
            ratio("functions", "functions_unhooked")
    }' "$scratch/medians"

# --- memory -----------------------------------------------------------------

peak_kib() {
    local jobs=$1
    "$builddir/bench/generate" "$2" >"$scratch/sized.ndjson"
    env time -f %M -o "$scratch/peak" "$builddir/.libs/grantgate" eval -q \
        -p "$srcdir/bench/functions" -j "$jobs" --client-id bench \
        --redirect-uri https://example.com/callback \
        "$scratch/sized.ndjson" >/dev/null
    cat "$scratch/peak"
}

if has time; then
    echo
    echo "| peak memory, KiB | -j 1 | -j 2 |"
    echo "| --- | --- | --- |"
    for size in $((grants / 10)) "$grants" $((grants * 5)); do
        echo "| $size grants | $(peak_kib 1 "$size") | $(peak_kib 2 "$size") |"
    done
fi
