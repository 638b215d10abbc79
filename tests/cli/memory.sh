#!/bin/sh
# A million grants need no more memory than a few thousand.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# The kernel keeps the largest resident size; it is read when all the input
# has been taken, while the program still waits for more.
peak_kib() {
    awk '/^VmHWM:/ { print $2 }' "/proc/$1/status"
}

# What is fed: grants, or letters.
feed=grants

# letters COUNT: so many, without a newline.
letters() {
    head -c "$1" /dev/zero | tr '\0' x
}

# measure COUNT ARG...: run the program with so many of $feed from a pipe; peak
# is in KiB.
measure() {
    rm -f feed
    mkfifo feed
    n=$1
    shift
    {
        "$GRANTGATE" "$@" --client-id YOUR_CLIENT_ID \
            --redirect-uri https://example.com/cb -j 1 <feed 2>err &
        pid=$!
        exec 9>feed
        "$feed" "$n" >&9
        sleep 1
        peak_kib "$pid" >peak
        exec 9>&-
        wait "$pid"
        echo "$?" >status
    } | awk 'END { print NR }' >count
    status=$(cat status)
    peak=$(cat peak)
    [ "$peak" -gt 0 ]
}

evaluates() {
    measure "$1" eval -p "$shipped" && ends 0 && [ "$(cat count)" -eq "$1" ]
}

# One record, of an error, however long the line.
skips() {
    feed=letters
    measure "$1" eval -p "$shipped" && ends 4 && [ "$(cat count)" -eq 1 ]
}

# A set in which every seventh grant or so is decided otherwise.
compares() {
    mkdir -p new
    echo 'return { evaluate = { rule { "a", when = { smtp = "complete" },
        defer { reason = "x", after = "1h" } } } }' >new/default.lua
    measure "$1" diff "$shipped" new && ends 0 && [ "$(cat count)" -gt $(($1 / 8)) ]
}

# stays_small HOW
stays_small() {
    "$1" 1000000 || return 1
    echo "$peak" >large
    echo "peak: $peak KiB"
    [ "$peak" -le 20480 ]
}

# stays_small_over COUNT HOW
stays_small_over() {
    "$2" "$1" && echo "peak: $peak KiB" && [ "$peak" -le 20480 ]
}

# stays_flat HOW
stays_flat() {
    "$1" 100000 || return 1
    large=$(cat large)
    echo "peak: $peak KiB for 100,000 grants, $large KiB for 1,000,000"
    [ $((large * 100)) -lt $((peak * 105)) ]
}

if [ -n "$sanitize" ] && [ "$sanitize" != no ]; then
    echo "1..0 # SKIP sanitizers need memory of their own"
    exit 0
elif ! peak_kib self | grep -q '[1-9]'; then
    echo "1..0 # SKIP no VmHWM in /proc here"
    exit 0
fi

claim "eval runs 1,000,000 grants in 20 MiB at -j 1" stays_small evaluates
claim "they need less than 5 % more than 100,000" stays_flat evaluates
claim "100,000,000 bytes without a newline, too" \
    stays_small_over 100000000 skips
claim "so does diff" stays_small compares
claim "and needs as little more" stays_flat compares
done_testing
