#!/bin/sh
# run.sh [TARGET...] - let libFuzzer look for inputs that break the fuzz
# targets: $FUZZ_SECONDS (60) for each, all of $programs or those named.
#
# Builds in $folder with clang and its sanitizers.  There, what broke a target
# is in artifacts/TARGET/, what a target printed in TARGET.log, and inputs that
# led somewhere new in corpus/TARGET/, from where the next run goes on.  The
# last line is "N passed, N failed".
seconds=${FUZZ_SECONDS:-60}
targets=$*
passed=0
failed=0

if [ -z "$targets" ]; then
    for program in $programs; do
        targets="$targets ${program##*/fuzz_}"
    done
fi

skip() {
    echo "skipped: $*"
    echo "0 passed, 0 failed"
    exit 0
}

# Whether clang has all it takes: libFuzzer, and the runtimes of sanitizers.
has_libfuzzer() {
    printf '%s\n' '#include <stddef.h>' '#include <stdint.h>' \
        'int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);' \
        'int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)' \
        '{ return bytes == NULL && len > 0; }' >"$folder/try.c"
    clang -fsanitize=fuzzer,address,undefined "$folder/try.c" \
        -o "$folder/try" >"$folder/try.log" 2>&1 &&
        "$folder/try" -runs=1 >>"$folder/try.log" 2>&1
}

build() {
    cd "$folder" || return 1
    [ -f config.status ] || "$srcdir/configure" --quiet CC=clang \
        CFLAGS='-O1 -g' --enable-sanitize=fuzzer-no-link,address,undefined ||
        return 1
    # shellcheck disable=SC2086 # a list of words
    "$MAKE" --no-print-directory -s $programs
}

# fuzz TARGET: its inputs so far, then new ones until the time is over.  A
# limit on memory, for the whole and for one allocation, stands for "within
# its limits"; whoever takes 20 seconds for an input hangs.
fuzz() {
    corpus=$folder/corpus/$1
    artifacts=$folder/artifacts/$1
    dictionary=$srcdir/tests/fuzz/dictionaries/$1.dict
    mkdir -p "$corpus" "$artifacts" "$folder/tmp"
    TMPDIR=$folder/tmp "$folder/tests/fuzz/fuzz_$1" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 \
        -malloc_limit_mb=16 -max_len=8192 -print_final_stats=1 \
        -dict="$dictionary" -artifact_prefix="$artifacts/" \
        "$corpus" "$srcdir/tests/fuzz/corpus/$1" >"$folder/$1.log" 2>&1
}

# What libFuzzer says of itself in the log of target $1.
figures() {
    awk '
        /^#[0-9]+/ { last = $0 }
        /number_of_executed_units/ { executions = $2 }
        END {
            if (match(last, /cov: [0-9]+/))
                edges = substr(last, RSTART + 5, RLENGTH - 5)
            if (match(last, /ft: [0-9]+/))
                features = substr(last, RSTART + 4, RLENGTH - 4)
            if (match(last, /corp: [^ ]+/))
                corpus = substr(last, RSTART + 6, RLENGTH - 6)
            print executions + 0 " executions, " edges + 0 " edges, " \
                features + 0 " features, corpus " corpus
        }' "$folder/$1.log"
}

mkdir -p "$folder" || exit 2
command -v clang >/dev/null 2>&1 || skip "there is no clang"
has_libfuzzer || skip "clang cannot link libFuzzer: see $folder/try.log"
build || exit 2

for target in $targets; do
    if fuzz "$target"; then
        passed=$((passed + 1))
        echo "ok: fuzz_$target: $(figures "$target")"
    else
        failed=$((failed + 1))
        echo "not ok: fuzz_$target: $(figures "$target")"
        grep -E 'does not hold|^SUMMARY|ERROR:|runtime error' \
            "$folder/$target.log" | sed 's/^/    /'
        echo "    the input: $(ls "$folder/artifacts/$target")"
        echo "    all it printed: $folder/$target.log"
    fi
done
echo "$passed passed, $failed failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ]
