#!/bin/sh
# grantgate eval: bytes that are no tidy lines of JSON.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

one='{"id":"one","provider":"google"}'
two='{"id":"two","provider":"google"}'

# gives STATUS LINES: what `input` gives; LINES are "line:id or error ...".
gives() {
    wanted=$2
    evaluate input
    ends "$1" && found=$(sed -e 's/^{"line":\([0-9]*\),/\1 /' \
        -e 's/ "grant_id":"\([^"]*\)".*/:\1/' \
        -e 's/ .*"code":"\([^"]*\)".*/:\1/' out | tr '\n' ' ') &&
        [ "$found" = "${wanted:+$wanted }" ] && return 0
    echo "found $found"
    return 1
}

# input FORMAT TEXT...: what to read next.
input() {
    # shellcheck disable=SC2059 # a format by intention
    printf "$@" >input
}

input '%s\n%s\n' "$one" "$two"
claim "reads lines" gives 0 "1:one 2:two"
input '%s\r\n%s\r\n' "$one" "$two"
claim "reads lines that end in CR LF" gives 0 "1:one 2:two"
input '\357\273\277%s\n%s\n' "$one" "$two"
claim "skips a byte order mark" gives 0 "1:one 2:two"
input '%s\n\357\273\277%s\n' "$one" "$two"
claim "but only in front" gives 4 "1:one 2:invalid_json"
input '%s\n%s' "$one" "$two"
claim "reads a last line without its end" gives 0 "1:one 2:two"
input '\n  \n%s\n\t\r\n\n%s\n\n' "$one" "$two"
claim "blank lines count but give no record" gives 0 "3:one 6:two"
input ''
claim "an empty file gives nothing" gives 0 ""
input '\n\n \n'
claim "a blank file gives nothing" gives 0 ""
input '\357\273\277'
claim "a lone byte order mark gives nothing" gives 0 ""
input '{"id":"o\000ne","provider":"google"}\n%s\n' "$two"
claim "a NUL in a string is an error" gives 4 "1:invalid_json 2:two"
input '%s\000\n%s\n' "$one" "$two"
claim "a NUL after a grant is an error" gives 4 "1:invalid_json 2:two"
input '\000\n%s\n' "$two"
claim "a line of one NUL is an error" gives 4 "1:invalid_json 2:two"
input '{"id":"one","provider":"google","name":"\377"}\n%s\n' "$two"
claim "what is not UTF-8 is an error" gives 4 "1:invalid_json 2:two"
input '%s%s\n%s\n' "$one" "$one" "$two"
claim "two grants on a line are an error" gives 4 "1:invalid_json 2:two"
input '{"id":"one",\n"provider":"google"}\n%s\n' "$two"
claim "a grant over two lines is two errors" gives 4 \
    "1:invalid_json 2:invalid_json 3:two"
input '{"data":[%s,%s]}\n%s\n' "$one" "$two" "$one"
claim "a list of the API gives a record for each grant" gives 0 \
    "1:one 1:two 2:one"
input '{"data":[]}\n%s\n' "$two"
claim "a line with an empty list is answered for" gives 4 \
    "1:invalid_grant 2:two"
input '[%s]\n"x"\nnull\n7\n%s\n' "$one" "$two"
claim "JSON that is no grant is an error" gives 4 \
    "1:invalid_grant 2:invalid_grant 3:invalid_grant 4:invalid_grant 5:two"
input '{"id":"one","id":"two","provider":"google"}\n'
claim "an id that comes twice is an error" gives 4 "1:duplicate_key"
input '{"id":"one","provider":"google","name":NaN}\n{"id":"two",}\n'
claim "JSON is read strictly" gives 4 "1:invalid_json 2:invalid_json"

# --- long lines ---------------------------------------------------------------

# line BYTES: a grant of so many bytes, and a line break.
line() {
    awk -v bytes="$1" 'BEGIN {
        start = "{\"id\":\"long\",\"provider\":\"google\",\"note\":\""
        block = sprintf("%1000s", "")
        gsub(/ /, "x", block)
        printf "%s", start
        rest = bytes - length(start) - 2
        for (; rest >= 1000; rest -= 1000)
            printf "%s", block
        printf "%s\"}\n", substr(block, 1, rest)
    }'
}

{ line 1048576; echo "$two"; } >input
claim "a line may have a MiB" gives 0 "1:long 2:two"
{ line 1048577; echo "$two"; } >input
claim "but no more, and the next is read" gives 4 "1:too_long 2:two"
{ line 1048577 | tr -d '\n'; } >input
claim "a line that is too long may be the last" gives 4 "1:too_long"
{ line 5000000; line 5000000; echo "$two"; } >input
claim "lines much too long are skipped" gives 4 \
    "1:too_long 2:too_long 3:two"

# with_max_line BYTES: how long a line may be.
with_max_line() {
    { line 400; line 401; echo "$two"; } >input
    evaluate --max-line 400 input
    ends 4 && counts "" out 3 && counts '"code":"too_long"' out 1 &&
        records '{"line":2,"action":"error"' &&
        records '"line":3,"grant_id":"two"'
}

with_a_larger_max_line() {
    line 3000000 >input
    evaluate --max-line 4M input
    ends 0 && records '"grant_id":"long"'
}

claim "--max-line allows less" with_max_line
claim "--max-line allows more" with_a_larger_max_line

# --- documents ----------------------------------------------------------------

# document STATUS TEXT PATTERN...: a .json file of TEXT gives these records.
document() {
    code=$1
    printf '%s' "$2" >input.json
    shift 2
    evaluate input.json
    ends "$code" && counts "" out "$#" && counts '"line"' out 0 || return 1
    for pattern; do
        records "$pattern" || return 1
    done
}

claim "a document may be one grant, over lines" document 0 "
    {
      \"id\": \"one\",
      \"provider\": \"google\"
    }
" '"grant_id":"one"'
claim "a document may start with a byte order mark" document 0 \
    "$(printf '\357\273\277')$one" '"grant_id":"one"'
claim "a document may be an answer with a list" document 0 \
    "{\"data\":[$one, $two]}" '"grant_id":"one"' '"grant_id":"two"'
claim "a document may be an answer with one grant" document 0 \
    "{\"request_id\":\"r\",\"data\":$one}" '"grant_id":"one"'
claim "a document may be an empty list" document 0 '{"data":[]}'
claim "a bare list is no grant" document 4 "[$one,$two]" \
    '"code":"invalid_grant"'
claim "a broken document is an error" document 4 "[$one" '"code":"invalid_json"'
claim "an answer that is an error is one" document 4 \
    '{"request_id":"r","error":{"type":"unauthorized","message":"no"}}' \
    '"action":"error"'

# --- files that cannot be read ------------------------------------------------

refused_file() {
    echo "$one" >input
    refused "$1" eval -p "$shipped" input "$2"
}

reads_stdin_once() {
    refused "standard input can be read only once" eval -p "$shipped" - - \
        </dev/null &&
        refused "standard input can be read only once" eval -p "$shipped" \
            --facts - </dev/null
}

claim "a missing file is told before anything is done" refused_file \
    "cannot read missing.ndjson: No such file" missing.ndjson
claim "a folder is no input" refused_file "cannot read .: it is a folder" .
claim "standard input is read only once" reads_stdin_once
done_testing
