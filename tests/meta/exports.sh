#!/bin/sh
# What the library and the Lua module export, and that it is what the header
# declares.  After a deliberate change to the API: write the new list to
# tests/meta/exports.golden, sorted, one name a line.
. "$srcdir/tests/tap.sh"

golden=$srcdir/tests/meta/exports.golden
module=$builddir/bindings/.libs/grantgate.so
scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT

# The functions declared GG_API, wherever their lines break.
declared() {
    grep -v '^#' "$srcdir/core/grantgate.h" | tr '\n' ' ' |
        grep -oE 'GG_API [^(;]*\(' | sed 's/.*[ *]\([a-z0-9_]*\)($/\1/' |
        sort
}

exported() {
    $NM -D "$1" | awk 'NF == 3 && $2 ~ /[A-TV-Z]/ { print $3 }' | sort
}

needed() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

declared >"$scratch/declared"
exported "$libgrantgate" >"$scratch/library"
exported "$module" >"$scratch/module"
echo luaopen_grantgate >"$scratch/opener"

liblua_of() {
    needed "$1" | grep -i '^liblua'
}

claim "the golden list is what the header declares" \
    diff "$golden" "$scratch/declared"
claim "the library exports the golden list" diff "$golden" "$scratch/library"
claim "the module exports its opener only" \
    diff "$scratch/opener" "$scratch/module"
if command -v readelf >/dev/null 2>&1; then
    claim "the module does not bring a Lua of its own" \
        nothing liblua_of "$module"
    claim "the library links Lua" liblua_of "$libgrantgate"
else
    skip "the module does not bring a Lua of its own" "no readelf"
    skip "the library links Lua" "no readelf"
fi
done_testing
