#!/bin/sh
# A million grants need no more memory than a few thousand.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# The kernel keeps the largest resident size; it is read when all the input
# has been taken, while the program still waits for more.
peak_kib() {
    awk '/^VmHWM:/ { print $2 }' "/proc/$1/status"
}

# measure COUNT: evaluate so many grants through a pipe; peak is in KiB.
measure() {
    rm -f feed
    mkfifo feed
    {
        "$GRANTGATE" eval -p "$shipped" --client-id YOUR_CLIENT_ID \
            --redirect-uri https://example.com/cb -j 1 <feed 2>err &
        pid=$!
        exec 9>feed
        grants "$1" >&9
        sleep 1
        peak_kib "$pid" >peak
        exec 9>&-
        wait "$pid"
        echo "$?" >status
    } | awk 'END { print NR }' >count
    status=$(cat status)
    peak=$(cat peak)
    ends 0 && [ "$(cat count)" -eq "$1" ] && [ "$peak" -gt 0 ]
}

stays_small() {
    measure 1000000 || return 1
    echo "$peak" >large
    echo "peak: $peak KiB"
    [ "$peak" -le 20480 ]
}

stays_flat() {
    measure 100000 || return 1
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

claim "1,000,000 grants run in 20 MiB at -j 1" stays_small
claim "they need less than 5 % more than 100,000" stays_flat
done_testing
