#!/bin/sh
# Form: what a tool can judge, so that nobody has to.
. "$srcdir/tests/tap.sh"
cd "$srcdir" || exit 99

# Formatters of other versions disagree; this is the one that decides.
clang_format() {
    for name in clang-format-14 clang-format; do
        if "$name" --version 2>/dev/null | grep -q 'version 14\.'; then
            echo "$name"
            return
        fi
    done
}

c_files() {
    find bindings cli core examples tests -name '*.[ch]' -o -name '*.cc' | sort
}

code_files() {
    find .ci autogen.sh configure.ac Makefile.am m4/gg.m4 bench bindings cli core \
        examples policies tests -type f \( -path '.ci/*' -o -name '*.ac' \
        -o -name '*.am' -o -name '*.c' -o -name '*.h' -o -name '*.lua' \
        -o -name '*.m4' -o -name '*.mk' -o -name '*.sh' \) | sort
}

unformatted() {
    c_files | xargs "$formatter" --dry-run 2>&1 | grep warning
}

# The public header is one by contract, whatever its length.
too_long() {
    code_files | grep -vx 'core/grantgate\.h' | while read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 500 ] || echo "$file: $lines lines"
    done
}

unlicensed() {
    c_files | while read -r file; do
        head -n 1 "$file" | grep -qxF \
            '/* SPDX-License-Identifier: MIT */' || echo "$file"
    done
}

unnamed() {
    c_files | while read -r file; do
        sed -n 2,3p "$file" | grep -qE "^(/\*| \*) $(basename "$file") - " ||
            echo "$file"
    done
}

# The brackets keep this file from finding itself; in quotes it is TAP's.
unfinished() {
    code_files | xargs grep -nE 'TO[D]O|FIX[M]E' | grep -v '"# TO[D]O'
}

of_this_machine() {
    { code_files; find docs ./*.md -type f -name '*.md'; } |
        xargs grep -nE '(^|[^[:alnum:]_.])/([w]ork|[h]ome|[r]oot)/'
}

formatter=$(clang_format)
if [ -n "$formatter" ]; then
    claim "clang-format has nothing to change" nothing unformatted
else
    skip "clang-format has nothing to change" "no clang-format 14"
fi
claim "no file is longer than 500 lines" nothing too_long
claim "each C file opens with its licence" nothing unlicensed
claim "each C file then says its name and what it is" nothing unnamed
claim "nothing is marked as unfinished" nothing unfinished
claim "nothing names a path of the machine it was written on" \
    nothing of_this_machine
done_testing
