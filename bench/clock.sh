# clock.sh - how long things take.  The measurements beside it source it; it
# is no measurement itself.
#
# Machines are noisy: what counts is a ratio of two things measured in turns,
# or to what is possible, and of several rounds the median.

# takes COMMAND...: run it; prints the seconds on the clock, and of the
# processor.
takes() {
    local TIMEFORMAT='%R %U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1, $2 + $3 }'
}

# The median of column $1 of standard input.
median() {
    awk -v column="$1" '{ print $column }' | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}
