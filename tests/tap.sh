# tap.sh - TAP for shell tests, which source it: . "$srcdir/tests/tap.sh"

tap_count=0
tap_failed=0

# claim TEXT COMMAND...: one test.  It holds if COMMAND succeeds; if not, what
# COMMAND printed says why.
claim() {
    tap_text=$1
    shift
    tap_count=$((tap_count + 1))
    if tap_output=$("$@" 2>&1); then
        echo "ok $tap_count - $tap_text"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_count - $tap_text"
        printf '%s\n' "$tap_output" | sed 's/^/# /'
    fi
}

# skip TEXT REASON: a test that cannot run here.
skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# nothing COMMAND...: succeed if COMMAND prints nothing, not even on stderr;
# else show it.
nothing() {
    tap_lines=$("$@" 2>&1)
    [ -z "$tap_lines" ] && return 0
    printf '%s\n' "$tap_lines"
    return 1
}

# The last line of a test, and its exit status.
done_testing() {
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ]
}
