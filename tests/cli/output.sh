#!/bin/sh
# grantgate eval: where records go, and what is left when a run ends early.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

grants=$examples/grants.ndjson
one='{"id":"one","provider":"google"}'
echo "$one" >one.ndjson

is_gone() {
    ! kill -0 "$pid" 2>/dev/null
}

# starts FILE: the records in FILE are the first of those to `many.ndjson`.
starts() {
    [ -s "$1" ] && [ "$(tail -c 1 "$1" | wc -l)" -eq 1 ] || return 1
    head -n "$(grep -c '' "$1")" many.records | cmp - "$1"
}

writes_the_file() {
    evaluate -o records.ndjson "$grants"
    ends 0 && is_empty out && is_empty err &&
        diff "$goldens/grants.golden" records.ndjson &&
        [ ! -e records.ndjson.part ]
}

writes_part_first() {
    start -o slow.ndjson
    cat many.ndjson >&9
    awaits [ -s slow.ndjson.part ] && [ ! -e slow.ndjson ]
    seen=$?
    finish
    [ "$seen" -eq 0 ] && ends 0 && cmp many.records slow.ndjson &&
        [ ! -e slow.ndjson.part ]
}

# Errors in records are records: the file is complete.
names_a_file_with_errors() {
    printf '%s\nnonsense\n' "$one" >input
    evaluate -o errors.ndjson input
    ends 4 && counts '' errors.ndjson 2 && [ ! -e errors.ndjson.part ]
}

is_private() {
    evaluate -o private.ndjson one.ndjson
    case $(ls -l private.ndjson) in
    -rw-------*) ;;
    *) ls -l private.ndjson && return 1 ;;
    esac
}

replaces_only_when_complete() {
    echo before >old.ndjson
    evaluate -o old.ndjson one.ndjson missing.ndjson
    ends 2 && grep -qx before old.ndjson && [ ! -e old.ndjson.part ] || return 1
    evaluate -o old.ndjson one.ndjson
    ends 0 && ! grep before old.ndjson
}

# More than a file may hold here.
stays_part() {
    echo before >full.ndjson
    status=0
    (
        ulimit -f 64
        exec "$GRANTGATE" eval -p "$shipped" -o full.ndjson many.ndjson
    ) >out 2>err || status=$?
    ends 2 && says "cannot write full.ndjson.part: File too large" &&
        says "the records so far are in full.ndjson.part" &&
        grep -qx before full.ndjson && [ -s full.ndjson.part ]
}

refuses_output() {
    message=$1
    shift
    evaluate "$@"
    ends 2 && is_empty out && says "$message"
}

refuses_odd_places() {
    mkdir folder
    mkfifo pipe
    ln -s one.ndjson link.part
    refuses_output "cannot write nowhere/x.part" -o nowhere/x one.ndjson &&
        refuses_output "cannot write one.ndjson/x" -o one.ndjson/x "$grants" &&
        refuses_output "folder: it is not a plain file" -o folder one.ndjson &&
        refuses_output "pipe: it is not a plain file" -o pipe one.ndjson &&
        refuses_output "link.part: it is not a plain file" -o link "$grants" &&
        refuses_output "does not fit" -o '' one.ndjson &&
        refuses_output "input and output at once" -o one.ndjson one.ndjson &&
        refuses_output "input and output at once" -o facts.ndjson \
            --facts facts.ndjson one.ndjson
    found=$?
    grep -qx -e "$one" one.ndjson && return "$found"
}

# Root may write anywhere.
refuses_a_locked_folder() {
    mkdir locked
    chmod 500 locked
    refuses_output "cannot write locked/x.part" -o locked/x one.ndjson
}

takes_dash() {
    evaluate -o - one.ndjson
    ends 0 && counts "" out 1 && [ ! -e ./- ]
}

echo '{"id":"one","sent_at":1}' >facts.ndjson
# More than is in flight at any time, and what it comes to.
grants 20000 >many.ndjson
run eval -p "$shipped" --now "$now" --client-id x \
    --redirect-uri https://a.example many.ndjson
mv out many.records
claim "-o writes the records to the file" writes_the_file
claim "until it is complete the file is FILE.part" writes_part_first
claim "records of errors complete it as well" names_a_file_with_errors
claim "only the owner can read it" is_private
claim "an earlier file stays until the new one is complete" \
    replaces_only_when_complete
claim "what could not be written in full stays FILE.part" stays_part
claim "refuses places that cannot take a file" refuses_odd_places
if [ "$(id -u)" -ne 0 ]; then
    claim "refuses a folder it may not write to" refuses_a_locked_folder
else
    skip "refuses a folder it may not write to" "root may"
fi
claim "-o - is standard output" takes_dash

# --- standard output ----------------------------------------------------------

tells_of_a_full_disk() {
    status=0
    "$GRANTGATE" eval -p "$shipped" "$grants" >/dev/full 2>err || status=$?
    ends 2 && says "cannot write standard output: No space left"
}

tells_of_no_output() {
    status=0
    "$GRANTGATE" eval -p "$shipped" "$grants" >&- 2>err || status=$?
    ends 2 && says "cannot write standard output"
}

ends_quietly() {
    {
        status=0
        "$GRANTGATE" eval -p "$shipped" --client-id x --redirect-uri \
            https://a.example "$@" many.ndjson 2>err || status=$?
        echo "$status" >status
    } | head -n 1 >first
    status=$(cat status)
    ends 141 && is_empty err && grep -q '^{"line":1,' first
}

if [ -c /dev/full ]; then
    claim "tells when standard output is full" tells_of_a_full_disk
else
    skip "tells when standard output is full" "no /dev/full"
fi
claim "tells when there is no standard output" tells_of_no_output
claim "ends quietly when the reader goes away" ends_quietly -j 1
claim "likewise with threads" ends_quietly -j 4
claim "likewise with a summary" ends_quietly --summary

# --- a pipe -------------------------------------------------------------------

answers_at_once() {
    start "$@"
    head -n 1 many.ndjson >&9
    awaits [ -s out ]
    seen=$?
    finish
    [ "$seen" -eq 0 ] && starts out
}

claim "what comes through a pipe is answered at once" answers_at_once -j 1
claim "likewise with threads" answers_at_once -j 4

# --- interrupted --------------------------------------------------------------

# interrupts SIGNAL ARG...: the input has not ended, and yet the run ends.
interrupts() {
    signal=$1
    shift
    start "$@"
    cat many.ndjson >&9
    awaits [ -s out ]
    seen=$?
    kill -s "$signal" "$pid"
    awaits is_gone && [ "$seen" -eq 0 ]
    seen=$?
    finish
    [ "$seen" -eq 0 ] && ends 130 && says "stopped by a signal" &&
        starts out
}

leaves_part() {
    start -o cut.ndjson
    cat many.ndjson >&9
    awaits [ -s cut.ndjson.part ]
    seen=$?
    kill -s TERM "$pid"
    awaits is_gone && [ "$seen" -eq 0 ]
    seen=$?
    finish
    [ "$seen" -eq 0 ] && ends 130 && [ ! -e cut.ndjson ] &&
        says "the records so far are in cut.ndjson.part" &&
        starts cut.ndjson.part
}

if [ -n "${undo:-}" ]; then
    claim "SIGINT ends a run; what was done is written" interrupts INT -j 1
    claim "likewise with threads" interrupts INT -j 4
else
    skip "SIGINT ends a run; what was done is written" "it is ignored here"
fi
claim "SIGTERM ends a run; what was done is written" interrupts TERM
claim "an interrupted run leaves FILE.part" leaves_part
done_testing
