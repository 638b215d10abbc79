#!/bin/sh
# The policy sets of the cookbook: nothing to mend, tests that pass, and a page
# that quotes them as they are.
. "$srcdir/tests/tap.sh"

sets=$srcdir/examples/policies
guide=$srcdir/docs/policy-guide.md
scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT

# Put each block of Lua that follows the link to a file of the sets where that
# file would be under $scratch.
take_quotes() {
    awk -v scratch="$scratch" '
        /^\[.*\]\(\.\.\/examples\/policies\/.*\.lua\):$/ {
            path = $0
            sub(/.*\(\.\.\/examples\/policies\//, "", path)
            sub(/\):$/, "", path)
            next
        }
        path != "" && /^```lua$/ {
            file = scratch "/" path
            folder = file
            sub(/\/[^\/]*$/, "", folder)
            system("mkdir -p \047" folder "\047")
            printf "" >file
            next
        }
        file != "" && /^```$/ { close(file); path = ""; file = ""; next }
        file != "" { print >file }' "$guide"
}

# The page has a set if it quotes a file of it.
quotes() {
    find "$scratch/$1" -name '*.lua' >"$scratch/files" || return 1
    [ -s "$scratch/files" ] || return 1
    while read -r file; do
        diff "$sets/${file#"$scratch/"}" "$file" || return 1
    done <"$scratch/files"
}

take_quotes
count=0
for folder in "$sets"/*/; do
    name=$(basename "$folder")
    count=$((count + 1))
    claim "$name: check finds nothing" \
        nothing "$GRANTGATE" check --quiet --strict "$folder"
    claim "$name: its tests pass" "$GRANTGATE" test --quiet "$folder"
    claim "$name: the guide quotes it as it is" quotes "$name"
done
claim "there are at least ten" [ "$count" -ge 10 ]
claim "the shipped policies give check nothing to find" \
    nothing "$GRANTGATE" check --quiet --strict "$srcdir/policies"
done_testing
