#!/bin/sh
# The fuzz targets hold for every input of their corpora.  `make fuzz` looks
# for more.
. "$srcdir/tests/tap.sh"

# What tests/fuzz/replay.c needs is there, and it is no fuzzer.
replays() {
    "$builddir/tests/fuzz/fuzz_$1" "$srcdir/tests/fuzz/corpus/$1"
}

for folder in "$srcdir"/tests/fuzz/corpus/*/; do
    target=$(basename "$folder")
    claim "fuzz_$target holds for its corpus" replays "$target"
done
done_testing
