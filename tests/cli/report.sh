#!/bin/sh
# grantgate report: one page about a batch.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

cp "$goldens/report.ndjson" few.ndjson

# --- a few records, some of them hostile --------------------------------------

makes_the_page() {
    run report few.ndjson
    ends 4 && says "invalid_record: 2 lines are no records" &&
        sed 's/Made by grantgate [0-9.]*/Made by grantgate/' out |
        diff "$goldens/report.golden" -
}

# Whatever the records hold, these are all the elements and attributes.
holds_nothing_foreign() {
    run report few.ndjson
    sed '/<style>/,/<\/style>/d' out | grep -o '<[^>]*>' |
        sed 's/="[^"]*"//g; s/^<//; s/>$//; s/\/$//' | tr ' ' '\n' |
        LC_ALL=C sort -u >found
    ! grep -xE 'script|img|on.*|style|link|iframe|src' found &&
        ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037]')" out &&
        counts 'href="' out 1 && counts 'href="https://api' out 1
}

allows_its_style_alone() {
    run report few.ndjson
    awk '
        /<style>/ { sub(/.*<style>/, ""); is_style = 1 }
        /<\/style>/ { exit }
        is_style { print }' out >style
    hash=$(openssl dgst -sha256 -binary style | openssl base64)
    records "content=\"default-src 'none'; style-src 'sha256-$hash'; "
}

writes_a_file() {
    run report few.ndjson
    mv out wanted
    run report few.ndjson -o page.html
    ends 4 && is_empty out && diff wanted page.html && [ ! -e page.html.part ]
}

reads_standard_input() {
    head -n 9 few.ndjson >input
    run report <input
    ends 0 && is_empty err && records "read from standard input" &&
        records "<h1>9 grants</h1>"
}

tells_of_nothing() {
    : >nothing
    run report nothing
    ends 0 && is_empty err && records "There are no records."
}

claim "a page is as it was" makes_the_page
claim "no record adds an element, an attribute or a control character" \
    holds_nothing_foreign
if command -v openssl >/dev/null; then
    claim "its policy allows its own style and nothing else" \
        allows_its_style_alone
else
    skip "its policy allows its own style and nothing else" "no openssl here"
fi
claim "-o writes a file, whole or not at all" writes_a_file
claim "reads standard input; exit status 0 if all are records" \
    reads_standard_input
claim "no records make a page that says so" tells_of_nothing

confined() {
    run report few.ndjson --no-lockdown
    mv out wanted
    run report few.ndjson --lockdown=require -o confined.html
    ends 4 && is_empty out && diff wanted confined.html
}

if [ -z "$no_lockdown" ]; then
    claim "confinement changes nothing" confined
else
    skip "confinement changes nothing" "$no_lockdown"
fi

# --- many ---------------------------------------------------------------------

# So many grants, and some of every kind.
grants 100000 >grants.ndjson
evaluate -q grants.ndjson "$examples/grants.ndjson" \
    "$examples/envelopes.ndjson"
{ cat out && sed -n 8,9p few.ndjson; } >many.ndjson

# expected: lines "TABLE NAME COLUMN N", counted from the records.
expected() {
    awk '
    function value(name) {
        if (!match($0, "\"" name "\":\"[^\"]*\""))
            return "(none)"
        return substr($0, RSTART + length(name) + 4,
                      RLENGTH - length(name) - 5)
    }

    {
        action = value("action")
        n["actions", action, "grants"]++
        n["providers", value("provider"), action]++
        n["providers", value("provider"), "all"]++
        n["tenants", value("tenant"), action]++
        n["tenants", value("tenant"), "all"]++
        smtp = value("smtp")
        n["smtp", smtp == "(none)" ? "notjudged" : smtp, "grants"]++
        if (action != "error") {
            n["reasons", value("reason"), action]++
            n["reasons", value("reason"), "all"]++
        }
        if (smtp != "incomplete")
            next
        n["incomplete", value("tenant"), "incomplete"]++
        match($0, /"missing":\[[^]]*\]/)
        list = substr($0, RSTART + 11, RLENGTH - 12)
        gsub(/"/, "", list)
        if (list == "")
            n["incomplete", value("tenant"), "notnamed"]++
        k = split(list, names, ",")
        for (i = 1; i <= k; i++)
            n["incomplete", value("tenant"), names[i]]++
    }

    END {
        for (key in n) {
            split(key, part, SUBSEP)
            print part[1], part[2], part[3], n[key]
        }
    }' many.ndjson | LC_ALL=C sort >expected
}

# shown: the same lines, from the tables of the page.
shown() {
    awk '
    /<section/ {
        match($0, /"[a-z]+"/)
        id = substr($0, RSTART + 1, RLENGTH - 2)
    }
    id == "links" || id == "errors" { next }

    /<thead>/ || /^<tr>/ {
        gsub(/<svg.*<\/svg>/, "")
        is_head = /<thead>/
        gsub(/<t[hd]( [^>]*)?>/, "|")
        gsub(/<[^>]*>|,| /, "")
        n = split($0, cell, "|")
        for (i = 3; i <= n; i++) {
            if (is_head)
                column[i] = cell[i]
            else if (cell[i] ~ /^[0-9]+$/ && cell[i] > 0)
                print id, cell[2], column[i], cell[i]
        }
    }' out | LC_ALL=C sort >shown
}

agrees_with_the_records() {
    expected
    run report many.ndjson
    ends 0 && is_empty err && shown && diff expected shown || return 1
    [ "$(grep -c '^reasons ' shown)" -gt 10 ] &&
        grep -q '^incomplete acme smtp_host ' shown &&
        grep -q '^actions error grants ' shown
}

bounds_links() {
    run report many.ndjson
    links=$(grep -c '"auth_url":' many.ndjson)
    more=$(echo "$((links - 1000))" | sed 's/...$/,&/')
    counts '<td class="link">' out 1000 && records "; $more more are in"
}

claim "100,000 records: the page shows what they say" agrees_with_the_records
claim "1,000 sign-in links, and how many there are besides" bounds_links

bounds_names() {
    awk 'BEGIN {
        for (i = 0; i < 3000; i++)
            printf "{\"action\":\"accept\",\"reason\":\"x\"," \
                "\"tenant\":\"t%d\"}\n", i
        for (i = 0; i < 7; i++)
            print "{\"action\":\"accept\",\"reason\":\"x\",\"tenant\":\"t9\"}"
    }' >names.ndjson
    run report names.ndjson
    ends 0 && records '<tr><th scope="row">t9</th><td class="n">8</td>' &&
        records '<tr><th scope="row">(other)</th><td class="n">2,950</td>'
}

claim "of many names the largest are shown, the rest together" bounds_names

# measure TIMES: the peak in KiB while many.ndjson is read so many times.
measure() {
    rm -f feed
    mkfifo feed
    "$GRANTGATE" report <feed >page 2>err &
    pid=$!
    exec 9>feed
    i=0
    while [ "$i" -lt "$1" ]; do
        cat many.ndjson >&9
        i=$((i + 1))
    done
    peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status")
    finish
    ends 0 && [ "$peak" -gt 0 ]
}

stays_flat() {
    measure 1 || return 1
    small=$peak
    measure 10 || return 1
    echo "peak: $small KiB for 100,000 records, $peak KiB for 1,000,000"
    [ $((peak * 100)) -lt $((small * 105)) ] && [ "$peak" -le 20480 ]
}

if [ -n "$sanitize" ] && [ "$sanitize" != no ]; then
    skip "memory does not grow with the records" "sanitizers need their own"
elif ! grep -q '^VmHWM:.*[1-9]' /proc/self/status; then
    skip "memory does not grow with the records" "no VmHWM in /proc here"
else
    claim "memory does not grow with the records" stays_flat
fi

# --- refusals -----------------------------------------------------------------

leaves_no_page() {
    rm -f page.html
    gzip -c many.ndjson | head -c 1000 >cut.gz
    run report cut.gz -o page.html
    ends 2 && says "cut.gz" && [ ! -e page.html ] && [ ! -e page.html.part ]
}

ends_with_a_pipe() {
    { "$GRANTGATE" report many.ndjson 2>err
        echo "$?" >status; } | head -n 1 >out
    is_empty err && [ "$(cat status)" -ne 0 ]
}

claim "a file that is cut off leaves no page" leaves_no_page
claim "ends quietly with its reader" ends_with_a_pipe
claim "refuses a file that is not there" refused "cannot read missing" \
    report missing
claim "refuses to write over its input" refused "is input and output at once" \
    report few.ndjson -o few.ndjson
claim "refuses a place it cannot write" refused "cannot write" \
    report few.ndjson -o no/such/folder/page.html
done_testing
