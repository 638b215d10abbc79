#!/bin/sh
# grantgate eval: files packed with gzip and zstd.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

grants 3000 >plain.ndjson
evaluate plain.ndjson
mv out plain.records
gzip -c plain.ndjson >packed

# gives ARG...: the records are those of plain.ndjson.
gives() {
    evaluate "$@"
    ends 0 && is_empty err && cmp plain.records out
}

takes_standard_input() {
    evaluate <packed
    ends 0 && cmp plain.records out
}

# The first bytes may come one by one.
takes_a_slow_pipe() {
    {
        head -c 1 packed
        sleep 0.2
        tail -c +2 packed
    } | evaluate -
    ends 0 && cmp plain.records out
}

takes_joined_streams() {
    head -n 1000 plain.ndjson | "$@" >joined
    sed -n 1001,1002p plain.ndjson | "$@" >>joined
    : | "$@" >>joined
    tail -n +1003 plain.ndjson | "$@" >>joined
    gives joined
}

takes_a_document() {
    evaluate "$examples/grants.json"
    mv out document.records
    gzip -c "$examples/grants.json" >document.json.gz
    evaluate document.json.gz
    ends "$status" && [ -s out ] && cmp document.records out
}

takes_facts() {
    echo '{"id":"one","tenant":"acme"}' | gzip -c >facts
    echo '{"id":"one","provider":"google"}' | gzip -c >one
    evaluate --facts facts one
    ends 0 && records '"tenant":"acme"'
}

goes_by_content() {
    cp plain.ndjson misnamed.gz
    gives misnamed.gz
}

# The first bytes of gzip, and no more: lines like any other.
takes_a_mere_start() {
    printf '\037' >start
    evaluate start
    ends 4 && records '"code":"invalid_json"'
}

# breaks MESSAGE FILE: it is told, and the output does not get its name.
breaks() {
    evaluate -o broken.ndjson "$2"
    ends 2 && says "$1" && says "$2" && [ ! -e broken.ndjson ]
}

# starts LINES: so many records, at least, are as they should be.
starts() {
    head -n "$1" plain.records >wanted
    head -n "$1" broken.ndjson.part | cmp wanted -
}

tells_of_cuts() {
    size=$(wc -c <"$1")
    for cut in 11 100 $((size / 2)) $((size - 9)) $((size - 1)); do
        head -c "$cut" "$1" >cut
        breaks "cut off" cut &&
            starts "$(grep -c '' broken.ndjson.part)" || return 1
    done
    [ -s broken.ndjson.part ]
}

# spoils FILE AT: FILE with another byte there.
spoils() {
    head -c "$2" "$1" >spoilt
    printf '\377\000\377\000' >>spoilt
    tail -c +$(($2 + 5)) "$1" >>spoilt
}

tells_of_damage() {
    size=$(wc -c <packed)
    spoils packed $((size / 2)) # lines near the damage may be anything
    breaks "gzip data is damaged" spoilt && starts 1000 || return 1
    spoils packed $((size - 8)) # its check sum
    breaks "gzip data is damaged: incorrect data check" spoilt || return 1
    { cat packed; echo "more"; } >spoilt
    breaks "gzip data is damaged" spoilt
}

# A tape fills its last block.
ignores_padding() {
    { cat packed; head -c 5000 /dev/zero; } >padded
    gives padded
}

# peak ARG...: the most memory an evaluation holds, in KiB, as the kernel
# saw it when all input has been read.
stays_small() {
    mkfifo feed
    "$GRANTGATE" eval -p "$shipped" --now "$now" -j 1 "$1" - <feed \
        >out 2>err &
    pid=$!
    exec 9>feed
    tries=0
    until [ -s out ] || [ "$tries" -gt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status")
    exec 9>&-
    status=0
    wait "$pid" || status=$?
    rm feed
    echo "peak: $peak KiB"
    ends 4 && records '"code":"too_long"' && [ "$peak" -le 32768 ]
}

gunzips_a_bomb() {
    head -c 500000000 /dev/zero | gzip -1 -c >bomb
    stays_small bomb
}

claim "takes a file packed with gzip" gives packed
claim "takes it as standard input" takes_standard_input
claim "takes it through a slow pipe" takes_a_slow_pipe
claim "takes gzip streams that were joined" takes_joined_streams gzip -c
claim "takes a packed document" takes_a_document
claim "takes packed facts" takes_facts
claim "goes by the first bytes, not by the name" goes_by_content
claim "takes a file that only starts like one" takes_a_mere_start
claim "ignores zeros after the end" ignores_padding
claim "a stream that is cut off is an error" tells_of_cuts packed
claim "a stream that is damaged is an error" tells_of_damage
if [ -n "$sanitize" ] && [ "$sanitize" != no ]; then
    skip "what unpacks to much needs little memory" "sanitizers need their own"
elif [ ! -r /proc/self/status ]; then
    skip "what unpacks to much needs little memory" "no /proc here"
else
    claim "what unpacks to much needs little memory" gunzips_a_bomb
fi

# --- zstd ---------------------------------------------------------------------

tells_of_zstd_damage() {
    size=$(wc -c <packed.zst)
    spoils packed.zst $((size / 2))
    breaks "zstd data is damaged" spoilt && starts 1000 || return 1
    { cat packed.zst; echo "more"; } >spoilt
    breaks "zstd data is damaged" spoilt
}

skips_a_frame() {
    {
        printf '\120\052\115\030\003\000\000\000abc'
        cat packed.zst
    } >skipped
    gives skipped
}

refuses_a_wide_window() {
    head -c 40000000 /dev/zero | zstd -q --long=25 -c >wide
    breaks "window of more than 8 MiB" wide
}

if command -v zstd >/dev/null; then
    zstd -q -c plain.ndjson >packed.zst
    claim "takes a file packed with zstd" gives packed.zst
    claim "takes zstd frames that were joined" takes_joined_streams zstd -q -c
    claim "skips a frame that is to be skipped" skips_a_frame
    claim "a frame that is cut off is an error" tells_of_cuts packed.zst
    claim "a frame that is damaged is an error" tells_of_zstd_damage
    claim "a window that would cost memory is refused" refuses_a_wide_window
else
    skip "takes files packed with zstd" "no zstd here"
fi
done_testing
