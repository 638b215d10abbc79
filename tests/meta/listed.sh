#!/bin/sh
# Every source, test, policy, example and page is named in a .mk file, itself
# or by its folder: what is not would be neither built nor run nor shipped.
. "$srcdir/tests/tap.sh"
cd "$srcdir" || exit 99

unlisted() {
    find .ci bench bindings cli core docs examples policies tests -type f \
        \( -path '.ci/*' -o -name '*.c' -o -name '*.h' -o -name '*.lua' \
        -o -name '*.sh' -o -name '*.md' -o -name '*.json' \
        -o -name '*.ndjson' -o -name '*.golden' -o -name '*.mk' \
        -o -name '*.cc' -o -name '*.[137]' \) | sort |
        awk '
            FILENAME != "-" { for (i = 1; i <= NF; i++) listed[$i]; next }
            {
                path = $0
                while (!(path in listed) && sub(/\/[^\/]*$/, "", path))
                    ;
                if (!(path in listed))
                    print
            }' Makefile.am ./*/*.mk ./*/*/*.mk -
}

# A suite that tests/unit/main.c does not know never runs.
unknown_suites() {
    for file in tests/unit/check_*.c; do
        noun=$(basename "$file" .c)
        noun=${noun#check_}
        grep -q "XX($noun)" tests/unit/suites.h || echo "$noun"
    done
}

claim "every file is listed" nothing unlisted
claim "every unit test's suite is listed" nothing unknown_suites
done_testing
