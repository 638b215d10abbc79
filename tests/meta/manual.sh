#!/bin/sh
# The pages about the library and the manual pages: what they have to name is
# what there is.
. "$srcdir/tests/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT
cd "$scratch" || exit 99

page=$srcdir/docs/c-api.md
header=$srcdir/core/grantgate.h

# --- docs/c-api.md --------------------------------------------------------------

# The block of code after the link to examples/host.c.
quotes_host() {
    awk '/^\[examples\/host\.c\]/ { next_block = 1 }
        next_block && /^```c$/ { inside = 1; next }
        inside && /^```$/ { exit }
        inside' "$page" | diff "$srcdir/examples/host.c" -
}

# names FILE: the functions of the library that it names.
names() {
    grep -oE 'gg_[a-z0-9_]+' "$1" | sort -u
}

exported() {
    sort "$srcdir/tests/meta/exports.golden"
}

# unnamed FILE: what is exported and not named there.
unnamed() {
    names "$1" >named
    exported | comm -23 - named
}

# unknown FILE: what it names and the header does not.
unknown() {
    names "$1" >named
    names "$header" | comm -13 - named
}

broken_links() {
    grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -v '^https:' |
        while read -r target; do
            [ -e "$srcdir/docs/$target" ] || echo "$target"
        done
}

claim "c-api.md quotes examples/host.c as it is" quotes_host
claim "c-api.md names every function" nothing unnamed "$page"
claim "c-api.md names nothing else of ours" nothing unknown "$page"
claim "c-api.md links to files that are there" nothing broken_links

# --- man pages ------------------------------------------------------------------

man=$srcdir/docs/man
meta=$srcdir/bindings/lua/grantgate/meta.lua
goldens=$srcdir/tests/cli

# section NAME FILE: the lines of a section or subsection.
section() {
    awk -v name="$1" '
        /^\.S[hs] / { inside = substr($0, 5) == name; next }
        inside' "$2"
}

# same NAME: the files `wanted` and `found`, as sets that are not empty.
same() {
    sort -u wanted >wanted.set
    sort -u found >found.set
    [ -s wanted.set ] && diff wanted.set found.set && return 0
    echo "wanted on the left, found on the right: $1"
    return 1
}

# The words after MACRO in the items of standard input, one on a line.
items() {
    sed -n "s/^\\.It $1 //p" | tr -d , | tr ' ' '\n' | grep -E '^[a-z_]+$'
}

# The flags of a command: its own, and those of the sections it names.
flags_of() {
    section "$1" "$man/grantgate.1" >"$1.section"
    {
        cat "$1.section"
        sed -n 's/^\.Sx \(.*\) [.,]$/\1/p' "$1.section" | while read -r name; do
            section "$name" "$man/grantgate.1"
        done
    } | grep '^\.It ' | grep -oE 'Fl -[a-z-]+' | sed 's/Fl -/--/'
}

has_flags() {
    for command in $commands; do
        grep -oE '^  (-[a-z],|   ) --[a-z-]+' "$goldens/help-$command.golden" |
            grep -oE '\-\-[a-z-]+' >wanted
        flags_of "$command" >found
        same "$command" || return 1
    done
}

# Those of the command in `help`, numbers only.
statuses_of() {
    sed '1,/^Exit status/d' "$goldens/help-$1.golden" |
        grep -oE '^  [0-9]+' | tr -d ' '
}

has_statuses() {
    for command in $commands; do
        statuses_of "$command" >wanted
        section "$command" "$man/grantgate.1" |
            sed -n 's/^\.It \([0-9]*\)$/\1/p' >found
        same "$command" || return 1
    done
    statuses_of program >wanted
    section 'EXIT STATUS' "$man/grantgate.1" |
        sed -n 's/^\.It \([0-9]*\)$/\1/p' | diff wanted -
}

has_variables() {
    grep -hoE '"(GRANTGATE|NYLAS)_[A-Z_]+"|"[a-zA-Z]+_(proxy|PROXY)"' \
        "$srcdir"/cli/*.c | tr -d '"' >wanted
    grep -hoE 'getenv\("[^"]+' "$srcdir"/cli/*.c | sed 's/.*"//' >>wanted
    section ENVIRONMENT "$man/grantgate.1" | sed -n 's/^\.It Ev //p' |
        tr -d , | tr ' ' '\n' | grep . >found
    same ENVIRONMENT
}

# fields CLASS...: those of the annotations, which unit tests hold against C.
fields() {
    for class; do
        awk -v class="grantgate.$class" '
            /^---@class / {
                name = $0
                sub(/:.*/, "", name)
                sub(/.* /, "", name)
                inside = name == class
            }
            inside && /^---@field [a-z]/ { sub(/\?$/, "", $2); print $2 }' \
            "$meta"
    done
}

# lists SECTION MACRO CLASS...: the section has the fields of the classes.
lists() {
    name=$1
    macro=$2
    shift 2
    fields "$@" >wanted
    section "$name" "$man/grantgate-policy.7" | items "$macro" >found
    same "$name"
}

lists_constructors() {
    sed -n 's/^function \([a-z]*\)(answer) end$/\1/p' "$meta" >wanted
    section DECISIONS "$man/grantgate-policy.7" | items Ic >found
    same DECISIONS
}

# The defaults of the guide's table, in its order.
lists_limits() {
    sed -n '/^## Limits/,/^## /s/^| [^|]* | \([0-9][^;|]*[^;| ]\).*/\1/p' \
        "$srcdir/docs/policy-guide.md" >wanted
    section LIMITS "$man/grantgate-policy.7" |
        sed -n 's/^\.It //p' >found
    same LIMITS
}

has_tokens() {
    sed -n 's/^    XX(\(E[A-Z]*\), "\([a-z_]*\)".*/GG_\1 \2/p' "$header" >wanted
    sed -n 's/^\.It Dv \(GG_E[A-Z]*\) Ta /\1 /p' "$man/libgrantgate.3" >found
    same tokens
}

# An item for each function, not a word in passing.
has_functions() {
    exported >wanted
    sed -n 's/^\.It Fn \(gg_[a-z_]*\).*/\1/p' "$man/libgrantgate.3" >found
    same functions
}

# What the tools find; that other pages are not installed here is no fault.
faults_mandoc() {
    mandoc -Tlint -Wstyle "$man"/* 2>&1 |
        grep -vE 'referenced manual not found|outdated mandoc.db'
}

faults_groff() {
    groff -mdoc -Tutf8 -ww -z "$man"/* 2>&1
}

commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' \
    "$goldens/help-program.golden" | grep -vx help)

claim "grantgate(1) has the flags of each command, and no others" has_flags
claim "grantgate(1) has the exit statuses of each, and all in order" \
    has_statuses
claim "grantgate(1) has the environment that the program reads" has_variables
claim "libgrantgate(3) has every function" has_functions
claim "libgrantgate(3) has every status, and its token" has_tokens
claim "grantgate-policy(7) has every decision" lists_constructors
claim "grantgate-policy(7) has the fields of decisions" \
    lists DECISIONS Va Answer RepairAnswer DeferAnswer
claim "grantgate-policy(7) has the keys of a file" lists 'THE FILE' Ic Policy
claim "grantgate-policy(7) has every connect field" \
    lists 'CONNECT FIELDS' Va Connect
claim "grantgate-policy(7) has every field of the grant" \
    lists 'THE GRANT' Va Grant
claim "grantgate-policy(7) has every field of the request" \
    lists 'THE REQUEST' Va Request
claim "grantgate-policy(7) has the limits of the guide" lists_limits
for tool in mandoc groff; do
    if command -v "$tool" >/dev/null 2>&1; then
        claim "$tool has nothing to say about the manual pages" \
            nothing "faults_$tool"
    else
        skip "$tool has nothing to say about the manual pages" "no $tool"
    fi
done
done_testing
