#!/bin/sh
# The arrows point one way: cli to the public header, bindings to core, core
# to nothing of ours above it.
. "$srcdir/tests/tap.sh"
cd "$srcdir" || exit 99

# includes FILE...: every include line, with file and number.
includes() {
    grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null "$@"
}

of_lua() {
    includes "$@" |
        grep -E '[<"/](lua|lauxlib|lualib|luaconf|ggl|host)[a-z_]*\.h'
}

foreign_to_cli() {
    ours=$(cd cli && printf '%s|' *.h)
    includes cli/*.[ch] | grep '"' | grep -vE "\"(${ours}grantgate\.h)\""
}

of_cli() {
    ours=$(cd cli && printf '%s|' *.h)
    includes core/*.[ch] bindings/*.[ch] | grep -E "[\"/](${ours%|})\""
}

private_in_public() {
    includes core/grantgate.h | grep -vE '<std(def|int)\.h>'
}

# symbols KIND OBJECT...: the names nm prints with a KIND of "undefined" or
# "defined".
symbols() {
    kind=$1
    shift
    $NM -g "$@" | awk -v kind="$kind" '
        NF == 2 && $1 ~ /^[Uwv]$/ && kind == "undefined" { print $2 }
        NF == 3 && kind == "defined" { print $3 }' | sort -u
}

# Whether there is an object for each source, so that no layer is proved by
# its absence.
objects_are_there() {
    for file in core/*.c bindings/*.c; do
        object=$builddir/${file%/*}/.libs/$(basename "$file" .c).o
        [ -f "$object" ] || { echo "no $object"; return 1; }
    done
}

above_core() {
    scratch=$(mktemp -d) || exit 99
    symbols undefined "$builddir"/core/.libs/*.o >"$scratch/wanted"
    symbols defined "$builddir"/bindings/.libs/*.o >"$scratch/above"
    grep -E '^(lua|luaL|luaopen|ggl)_' "$scratch/wanted"
    comm -12 "$scratch/wanted" "$scratch/above" |
        grep -vE '^__(asan|odr_asan|ubsan)'
    rm -r "$scratch"
}

claim "core includes no header of Lua or of bindings" \
    nothing of_lua core/*.[ch]
claim "cli includes no header of Lua or of bindings" nothing of_lua cli/*.[ch]
claim "cli includes the public header and its own only" nothing foreign_to_cli
claim "nothing below cli includes its header" nothing of_cli
claim "the public header includes stddef.h and stdint.h only" \
    nothing private_in_public
claim "each source of core and bindings has an object" objects_are_there
claim "core's objects need no symbol of Lua or of bindings" nothing above_core
done_testing
