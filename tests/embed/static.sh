#!/bin/sh
# libgrantgate.a, where it was built: a host links it, and it brings no name of
# anybody else.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/embed/scene.sh"

archive=$stage$libdir/libgrantgate.a
if [ ! -f "$archive" ]; then
    echo "1..0 # SKIP configured without --enable-static"
    exit 0
fi

# Nothing but the archive where -lgrantgate looks.
mkdir lib
ln -s "$archive" lib/libgrantgate.a
sed "s|^libdir=.*|libdir=$scratch/lib|" pc/grantgate.pc >pc/static.pc

# The modules that the library itself needs.
needed() {
    $PKG_CONFIG --print-requires-private static | sed 's/[ <>=].*//'
}

links() {
    # shellcheck disable=SC2046,SC2086 # words
    $CC $sanitize_flags "$examples/host.c" -o host \
        $($PKG_CONFIG --cflags --libs static) \
        $($PKG_CONFIG --libs $(needed)) \
        $(sed -n 's/^Libs\.private: *//p' pc/static.pc)
}

# All the way down is up to the others: libcurl's .pc may name what is not
# installed.
others_link() {
    echo 'int main(void) { return 0; }' >empty.c
    # shellcheck disable=SC2046,SC2086 # words
    $CC empty.c -o empty $($PKG_CONFIG --static --libs $(needed)) 2>/dev/null
}

links_as_told() {
    # shellcheck disable=SC2046,SC2086 # words
    $CC $sanitize_flags "$examples/host.c" -o host_static \
        $($PKG_CONFIG --cflags --static --libs static) && decides ./host_static
}

decides() {
    records_of "$examples/grants.ndjson" >wanted
    "$1" "$srcdir/policies" "$now" <"$examples/grants.ndjson" >out &&
        diff wanted out
}

needs_no_library() {
    ! readelf -d host | grep 'NEEDED.*libgrantgate'
}

# names [VISIBILITY]: the symbols that objects of the archive offer.
names() {
    readelf -sW "$archive" | awk -v visibility="${1:-}" '
        $5 ~ /^(GLOBAL|WEAK)$/ && $7 != "UND" &&
            (visibility == "" || $6 == visibility) { print $8 }' | sort -u |
        grep -vE '^(__(asan|odr_asan|tsan|ubsan|sanitizer)|DW\.ref\.)'
}

foreign() {
    names | grep -vE '^(gg_|ggp_|ggl_|luaopen_grantgate$)'
}

# Beside the golden list, what a static host with a Lua of its own opens.
offers() {
    { cat "$srcdir/tests/meta/exports.golden"; echo luaopen_grantgate; } |
        sort >wanted.names
    names DEFAULT | diff wanted.names -
}

claim "grantgate.pc names all that the archive needs" links
claim "the host then decides as the program" decides ./host
if others_link; then
    claim "pkg-config --static links it" links_as_told
else
    skip "pkg-config --static links it" \
        "a library of Requires.private names some that are missing"
fi
if command -v readelf >/dev/null 2>&1; then
    claim "the host does not look for the shared one" needs_no_library
    claim "every name in the archive has a prefix of ours" nothing foreign
    claim "what is not hidden is the golden list" offers
else
    skip "the host does not look for the shared one" "no readelf"
fi
done_testing
