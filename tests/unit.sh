#!/bin/sh
# The unit tests, as TAP, or the suites named in $suites.  libcheck runs each
# test in a process of its own.
if [ ! -x "$builddir/tests/unit/unit" ]; then
    echo "1..0 # SKIP libcheck was not there when this was configured"
    exit 0
fi

# Room for slow machines and sanitizers: a test may take 4 seconds times this.
CK_TIMEOUT_MULTIPLIER=10
CK_TAP_LOG_FILE_NAME=-
export CK_TIMEOUT_MULTIPLIER CK_TAP_LOG_FILE_NAME
# shellcheck disable=SC2086 # words, or none
exec "$builddir/tests/unit/unit" ${suites:-}
