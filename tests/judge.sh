#!/bin/sh
# judge.sh RESULT COMMAND... - run a test, judge its TAP, and write the counts
# to RESULT; what it printed stays beside it, as .log.
#
# Whatever is not plainly a pass counts as failed: no TAP, no plan, another
# number of tests than planned, a bail-out, a crash, a test still running
# after $TEST_SECONDS (900).  Exit status 1 is no further failure where a
# `not ok` explains it.  The exit status of this script says nothing.  With
# $VERBOSE set, a failed test shows all it printed but for what passed.
result=$1
log=${result%.result}.log
shift

# The user's settings are not the test's.
unset GRANTGATE_API_URL GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI \
    GRANTGATE_REGION NYLAS_API_KEY NO_COLOR LUA_INIT LUA_INIT_5_4 \
    LUA_CPATH_5_4 LUA_PATH_5_4

limit=
if command -v timeout >/dev/null 2>&1; then
    limit="timeout -k 10 ${TEST_SECONDS:-900}"
fi

status=0
$limit "$@" >"$log" 2>&1 </dev/null || status=$?

awk -v name="${result%.result}" -v status="$status" -v result="$result" '
function fail(text) {
    failed++
    gsub(/[^ -~]/, "?", text) # it goes to a terminal
    print "not ok: " name ": " substr(text, 1, 500)
}

/^ok/ {
    if ($0 ~ /# *[Ss][Kk][Ii][Pp]/) {
        skipped++
        print "skip: " name ": " $0
    } else {
        passed++
    }
}

/^not ok/ {
    fail($0)
    explaining = 1
    next
}

# The comments under a failed test say why.
/^[[:space:]]*#/ && explaining { print; next }
{ explaining = 0 }

/^1\.\.[0-9]+/ {
    plans++
    planned = substr($1, 4) + 0
    if (planned == 0 && tolower($0) ~ /# *skip/) {
        skipped_whole = 1
        print "skip: " name ": " $0
    }
}

/^Bail out!/ { bail = $0 }

END {
    seen = passed + failed + skipped
    last = $0
    if (status == 124 || status == 137)
        fail("ran out of time or was killed")
    else if (status > 1 || (status == 1 && !failed))
        fail("exit status " status ": " last)
    else if (bail)
        fail(bail)
    else if (plans != 1)
        fail(plans ? "several plans" : "no plan")
    else if (planned != seen)
        fail("planned " planned " tests, ran " seen)
    else if (seen == 0 && !skipped_whole)
        fail("no tests")

    print passed + 0, failed + 0, skipped + skipped_whole >result
    printf "%s: %d passed, %d failed\n", name, passed, failed
    if (failed)
        print "all it printed: " name ".log"
    exit failed > 0
}' "$log" || [ -z "${VERBOSE:-}" ] || sed '/^ok/d; s/^/    /' "$log"
