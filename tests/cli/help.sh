#!/bin/sh
# What the program says of itself, and of what it does not know.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

helps() {
    golden=$goldens/help-$1.golden
    shift
    run "$@"
    ends 0 && is_empty err && diff "$golden" out
}

helps_likewise() {
    helps program help && helps program -h && helps program help help &&
        for command in eval fetch url test check completion explain diff report \
            init; do
            helps "$command" help "$command" &&
                helps "$command" "$command" -h || return 1
        done
}

fits_a_terminal() {
    awk 'length > 79 { print FILENAME ": " $0; wide = 1 } END { exit wide }' \
        "$goldens"/help-*.golden
}

# Whatever else stands on the line, even if it is wrong.
helps_first() {
    run eval --help --no-such-flag missing.ndjson
    ends 0 && is_empty err && diff "$goldens/help-eval.golden" out
}

tells_its_version() {
    run --version
    ends 0 && is_empty err && counts "" out 1 &&
        grep -qE '^grantgate [0-9]+\.[0-9]+\.[0-9]+' out
}

needs_a_command() {
    run
    ends 2 && is_empty out && diff "$goldens/help-program.golden" err
}

points_to_help() {
    refused "try 'grantgate --help'" evaluate &&
        refused "try 'grantgate url --help'" url --no-such-flag
}

claim "--help teaches the program" helps program --help
claim "--help teaches eval" helps eval eval --help
claim "--help teaches fetch" helps fetch fetch --help
claim "--help teaches url" helps url url --help
claim "--help teaches explain" helps explain explain --help
claim "--help teaches diff" helps diff diff --help
claim "--help teaches report" helps report report --help
claim "--help teaches init" helps init init --help
claim "--help teaches test" helps test test --help
claim "--help teaches check" helps check check --help
claim "--help teaches completion" helps completion completion --help
claim "help, -h and help COMMAND print the same" helps_likewise
claim "no line of it is wider than a terminal" fits_a_terminal
claim "--help wins over what is wrong" helps_first
claim "--version is a name and a number" tells_its_version
claim "without a command, help on standard error and exit status 2" \
    needs_a_command

# refused_with LINE ARG...: this is all it says of it, with no suggestion.
refused_with() {
    line=$1
    shift
    refused "$line" "$@" && [ "$(head -n 1 err)" = "grantgate: usage: $line" ]
}

claim "refuses an unknown command" refused "unknown command 'decide'" decide
claim "suggests the command that was meant" refused \
    "unknown command 'evl', did you mean 'eval'?" evl
claim "suggests no command for another word" refused_with \
    "unknown command 'zebra'" zebra
claim "refuses an unknown option of the program" refused \
    "unknown option '--nope'" --nope
claim "refuses an unknown option" refused "unknown option '--nope'" eval --nope
claim "refuses an unknown letter" refused "unknown option '-x'" eval -x
claim "suggests the option that was meant" refused \
    "unknown option '--polices', did you mean '--policies'?" \
    eval --polices rules
claim "does not repeat the value of an unknown option" refused_with \
    "unknown option '--key'" eval --key=hidden
claim "takes no start of a name for the name" refused_with \
    "unknown option '--api-key', did you mean '--api-key-file'?" \
    fetch --all --api-key hidden
claim "takes letters together, after a name" refused "name grants by id" \
    fetch --retries 2 --api-key-file=key -qv
claim "refuses an option without its value" refused \
    "option '--tenant' needs NAME" eval --tenant
claim "refuses a value where there is none" refused \
    "option '--trace' takes no value" eval --trace=yes
claim "refuses a flag of another command" refused \
    "unknown option '--pkce'" eval --pkce
claim "refuses help about two commands" refused "one command at a time" \
    help eval url
claim "refuses help about an unknown command" refused \
    "unknown command 'zebra'" help zebra
claim "points to where more is said" points_to_help

# Terminals act on control characters; messages may hold foreign text.
escapes() {
    refused 'unknown command '"'"'a\x1B[31mb\x0Ac'"'" \
        "$(printf 'a\033[31mb\nc')" && counts "" err 2
}

claim "no message steers a terminal" escapes
done_testing
