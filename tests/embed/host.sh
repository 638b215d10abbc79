#!/bin/sh
# examples/host.c and a host in C++, built against what is installed: their
# records are the program's.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/embed/scene.sh"

records_of "$examples/grants.ndjson" >wanted
head -n 5 "$examples/grants.ndjson" >few
head -n 5 wanted >few.wanted

# decides HOST INPUT WANTED: HOST prints WANTED, and nothing else.
decides() {
    "$1" "$srcdir/policies" "$now" <"$2" >out 2>err || { cat err; return 1; }
    [ -s "$3" ] && diff "$3" out && nothing cat err
}

decides_watched() {
    watched "$1" "$srcdir/policies" "$now" <few >out && diff few.wanted out
}

# Whatever is wrong with a line, the next one is decided.
goes_on() {
    { echo; echo '{"data":[{"id":"a"},{"id":"b"}]}'; cat few; } >odd
    status=0
    ./host "$srcdir/policies" "$now" <odd >out 2>err || status=$?
    [ "$status" -eq 1 ] && tail -n 5 out | diff few.wanted - && cat err &&
        ! grep -v '^host: ' err
}

refuses_folder() {
    status=0
    ./host no-such-folder <few >out 2>err || status=$?
    [ "$status" -eq 1 ] && [ ! -s out ] && grep '^host: .*no-such-folder' err
}

claim "host.c builds with what pkg-config says" built host "$examples/host.c"
claim "its records are the program's" decides ./host "$examples/grants.ndjson" \
    wanted
claim "a line that is no grant stops no other" goes_on
claim "a folder that does not load is an error that names it" refuses_folder
claim_watched "it leaks nothing" decides_watched ./host

if [ -n "$cxx" ]; then
    claim "a host in C++ builds likewise" built_cxx host_cc \
        "$srcdir/tests/embed/host.cc"
    claim "its records are the program's, too" decides ./host_cc \
        "$examples/grants.ndjson" wanted
    claim_watched "it leaks nothing, either" decides_watched ./host_cc
else
    skip "a host in C++ builds likewise" "no C++ compiler for $CC"
fi
done_testing
