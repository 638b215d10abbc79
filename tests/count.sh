#!/bin/sh
# count.sh RESULT... - add up what tests/judge.sh wrote; the last line is
# "N passed, N failed".  A test without a result has failed.  Exit status 1
# unless something passed and nothing failed.
total_passed=0
total_failed=0
total_skipped=0

for result; do
    passed=0
    failed=1
    skipped=0
    if [ -s "$result" ]; then
        read -r passed failed skipped <"$result"
    else
        echo "no result: ${result%.result}"
    fi
    total_passed=$((total_passed + passed))
    total_failed=$((total_failed + failed))
    total_skipped=$((total_skipped + skipped))
done

if [ "$total_skipped" -gt 0 ]; then
    echo "$total_skipped skipped"
fi
echo "$total_passed passed, $total_failed failed"
[ "$total_passed" -gt 0 ] && [ "$total_failed" -eq 0 ]
