#!/bin/sh
# The judge of all other tests: what is not plainly a pass is a failure.
. "$srcdir/tests/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT

# counts WANTED SCRIPT: the judge's counts of what SCRIPT prints and returns.
counts() {
    TEST_SECONDS=2 sh "$srcdir/tests/judge.sh" "$scratch/a.result" \
        sh -c "$2" >"$scratch/out"
    cat "$scratch/out"
    [ "$(cat "$scratch/a.result")" = "$1" ]
}

# total WANTED STATUS LINE...: count.sh over results that hold LINE.
total() {
    wanted=$1
    wanted_status=$2
    shift 2
    set_of_results=
    number=0
    for line; do
        number=$((number + 1))
        rm -f "$scratch/$number.result"
        [ "$line" = none ] || echo "$line" >"$scratch/$number.result"
        set_of_results="$set_of_results $scratch/$number.result"
    done
    # shellcheck disable=SC2086 # a list of words
    sum=$(sh "$srcdir/tests/count.sh" $set_of_results)
    status=$?
    printf '%s (%s)\n' "$sum" "$status"
    [ "$(printf '%s\n' "$sum" | tail -n 1)" = "$wanted" ] &&
        [ "$status" -eq "$wanted_status" ]
}

claim "counts what passed" counts "2 0 0" 'echo "ok 1 - a
ok 2 - b
1..2"'
claim "takes the plan first, too" counts "1 0 0" 'echo "1..1
ok 1 - a"'
claim "counts what failed, and not its exit status again" \
    counts "1 1 0" 'echo "ok 1 - a
not ok 2 - b
1..2"; exit 1'
claim "counts a skipped test as skipped" counts "1 0 1" 'echo "ok 1 - a
ok 2 - b # SKIP no tool
1..2"'
claim "counts a test skipped whole as skipped" \
    counts "0 0 1" 'echo "1..0 # SKIP no tool"'
claim "fails what prints nothing" counts "0 1 0" 'exit 0'
claim "fails what plans nothing" counts "0 1 0" 'echo 1..0'
claim "fails what has no plan" counts "1 1 0" 'echo "ok 1 - a"'
claim "fails what ends before its plan" counts "1 1 0" 'echo "1..2
ok 1 - a"'
claim "fails what runs past its plan" counts "2 1 0" 'echo "1..1
ok 1 - a
ok 2 - b"'
claim "fails what bails out" counts "1 1 0" 'echo "ok 1 - a
Bail out! no disk
1..1"'
claim "fails what crashes after its last test" counts "1 1 0" 'echo "ok 1 - a
1..1"; kill -SEGV $$'
claim "fails an exit status that no test explains" \
    counts "1 1 0" 'echo "ok 1 - a
1..1"; exit 1'
if command -v timeout >/dev/null 2>&1; then
    claim "ends and fails what hangs" counts "1 1 0" 'echo "ok 1 - a
1..1"; sleep 60'
else
    skip "ends and fails what hangs" "no timeout program"
fi

claim "adds up" total "3 passed, 0 failed" 0 "1 0 0" "2 0 1"
claim "is not satisfied while one fails" total "3 passed, 1 failed" 1 \
    "1 1 0" "2 0 0"
claim "counts a missing result as failed" total "1 passed, 1 failed" 1 \
    "1 0 0" none
claim "is not satisfied when nothing ran" total "0 passed, 0 failed" 1 "0 0 1"
done_testing
