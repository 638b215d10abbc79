#!/bin/sh
# The unit tests, as TAP, or the suites named in $suites.  libcheck runs each
# test in a process of its own; two of those at a time, for with sanitizers it
# is many minutes of them.  Most of those would go into looking for leaks at the
# end of each: what runs whole programs looks, and so does valgrind.
if [ ! -x "$builddir/tests/unit/unit" ]; then
    echo "1..0 # SKIP libcheck was not there when this was configured"
    exit 0
fi

scratch=$(mktemp -d) || exit 2
trap 'rm -r "$scratch"' EXIT

# Room for slow machines and sanitizers: a test may take 4 seconds times this.
CK_TIMEOUT_MULTIPLIER=10
ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
export CK_TIMEOUT_MULTIPLIER ASAN_OPTIONS

# part NAME ARGUMENT...: run some suites; NAME.tap and NAME.status tell.
part() {
    name=$scratch/$1
    shift
    status=0
    CK_TAP_LOG_FILE_NAME=$name.tap "$builddir/tests/unit/unit" "$@" || status=$?
    echo "$status" >"$name.status"
}

if [ -n "${suites:-}" ]; then
    # shellcheck disable=SC2086 # words
    part named $suites
else
    part odd 1/2 &
    part even 0/2
    wait
fi

# One plan for what all of them planned.
cat "$scratch"/*.tap | awk '
/^1\.\.[0-9]+/ { planned += substr($1, 4); next }
{ print }
END { print "1.." planned + 0 }'
exit "$(sort -n "$scratch"/*.status | tail -n 1)"
