#!/bin/sh
# A host can include the public header, alone, from C and from C++.
. "$srcdir/tests/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT

{
    echo '#include "grantgate.h"'
    echo '#include "grantgate.h"'
    echo 'const char *version(void);'
    echo 'const char *version(void) { return gg_version(); }'
} >"$scratch/host.c"
cp "$scratch/host.c" "$scratch/host.cc"

compiles() {
    "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
        -I "$srcdir/core"
}

# shellcheck disable=SC2086 # CC may carry options
claim "the header compiles alone as C17" \
    compiles $CC -std=c17 "$scratch/host.c"

there=
for cxx in "${CXX:-c++}" g++ clang++; do
    if command -v "$cxx" >/dev/null 2>&1; then
        there=yes
        claim "$cxx compiles the header alone as C++17" \
            compiles "$cxx" -std=c++17 "$scratch/host.cc"
    fi
done
[ -n "$there" ] ||
    skip "the header compiles alone as C++17" "no C++ compiler"
done_testing
