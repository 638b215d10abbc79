#!/bin/sh
# grantgate eval as a filter in somebody else's engine, and what a terminal
# shows meanwhile.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# Every kind of line, many times over.
for i in 1 2 3 4 5 6 7 8 9; do
    grants 300
    printf '\n  \t\r\n[]\nnonsense\n{"data":[]}\n{"id":"x"}\n\377\n'
    printf '{"data":[{"id":"a","provider":"imap"},{"id":"b","provider":"x"}]}\n'
    printf '{"error":{"type":"x"}}\n\r\n{"id":"c","id":"c","provider":"x"}\n'
    printf '{"grant":{"id":"d"},"fetch_error":{"code":"x","status":404}}\n'
done >input
printf 'the end has no newline' >>input
awk '{ gsub(/[ \t\r]/, "") } length { print NR }' input >wanted

# The lines that were answered, each once, in the order of the records.
answered() {
    sed 's/^{"line":\([0-9]*\),.*/\1/' out | uniq
}

answers() {
    status=0
    "$GRANTGATE" eval -p "$shipped" --now "$now" "$@" <input >out 2>err ||
        status=$?
    ends 4 && answered | cmp wanted - &&
        [ "$(tail -c 1 out | wc -l)" -eq 1 ]
}

answers_a_pipe() {
    {
        cat input | "$GRANTGATE" eval -p "$shipped" --now "$now" "$@" 2>err
        echo "$?" >status
    } | cat >out
    status=$(cat status)
    ends 4 && answered | cmp wanted -
}

claim "answers for each line that is not blank, in order" answers -j 1
claim "likewise with threads" answers -j 4
claim "likewise line by line" answers -j 4 --line-buffered
claim "likewise from pipe to pipe" answers_a_pipe -j 2

# --- line by line -------------------------------------------------------------

policy default.lua <<'END'
return {
  evaluate = function(grant)
    local n = 0
    for i = 1, 100000 do n = n + i end
    return accept "slow"
  end,
}
END
grants 3000 >slow.ndjson

awaits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 600 ] || { echo "in vain: $*"; return 1; }
        sleep 0.05
    done
}

# A chunk, all of which would come at once, has more than 600 of these.
passes_on_each_record() {
    : >out
    "$GRANTGATE" eval -p set --line-buffered "$@" slow.ndjson >out 2>err &
    pid=$!
    awaits [ -s out ]
    cp out seen
    kill -s TERM "$pid"
    wait "$pid" 2>/dev/null
    [ "$(grep -c '' seen)" -lt 600 ] && [ "$(tail -c 1 seen | wc -l)" -eq 1 ]
}

claim "--line-buffered passes on each record by itself" \
    passes_on_each_record -j 1
claim "likewise with threads" passes_on_each_record -j 3

# --- threads ------------------------------------------------------------------

# has_threads COUNT PREFIX...: so many, apart from the one that waits for them.
has_threads() {
    wanted=$1
    shift
    rm -f feed
    mkfifo feed
    "$@" "$GRANTGATE" eval -p set - <feed >out 2>err &
    pid=$!
    exec 9>feed
    head -n 1 slow.ndjson >&9
    awaits [ -s out ]
    found=$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 | wc -l)
    exec 9>&-
    wait "$pid"
    [ "$found" -eq "$wanted" ] || { echo "$found tasks"; return 1; }
}

if taskset -c 0 true 2>/dev/null && [ -d /proc/self/task ] &&
    { [ -z "$sanitize" ] || [ "$sanitize" = no ]; }; then
    claim "one processor to run on: one thread" has_threads 1 taskset -c 0
else
    skip "one processor to run on: one thread" "no taskset, or no /proc"
fi

# --- how far it is ------------------------------------------------------------

# shown TERMINAL ARG...: what a terminal gets on standard error.
shown() {
    terminal=$1
    shift
    TERM=$terminal script -qec "$GRANTGATE eval -p set -j 1 $* -o records.ndjson \
        some.ndjson" typescript >/dev/null 2>&1 </dev/null
}

wipe=$(printf '\r\033[K')

shows_progress() {
    shown xterm
    grep -q 'records, [0-9]*/s, 0 errors' typescript &&
        grep -qF "$wipe" typescript &&
        grep -q 'grantgate [0-9].*, policies set' typescript
}

shows_none() {
    shown "$@"
    ! grep -q 'records, [0-9]*/s' typescript && ! grep -qF "$wipe" typescript
}

# It is a terminal, but records go there too.
leaves_records_alone() {
    TERM=xterm script -qec "$GRANTGATE eval -p set -j 1 some.ndjson" \
        typescript >/dev/null 2>&1 </dev/null
    grep -q '"line":5,' typescript && ! grep -qF "$wipe" typescript
}

if script -qec true typescript >/dev/null 2>&1 </dev/null; then
    head -n 1500 slow.ndjson >some.ndjson
    claim "a terminal is shown how far it is, and then the counts" \
        shows_progress
    claim "not with --no-progress" shows_none xterm --no-progress
    claim "not with -q" shows_none xterm -q
    claim "not a terminal that cannot wipe a line" shows_none dumb
    claim "not where the records go" leaves_records_alone
else
    skip "a terminal is shown how far it is" "no script(1) here"
fi
done_testing
