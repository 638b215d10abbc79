#!/bin/sh
# grantgate eval: what stops a bad deploy.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# Of a thousand grants 250 are `reauth`, 10 are errors, the rest `accept`.
policy default.lua <<'END'
return { evaluate = {
  rule { "ask", when = { provider = "imap" }, reauth "smtp_missing" },
  rule { "fine", when = "always", accept "fine" },
} }
END
awk 'BEGIN {
    for (i = 1; i <= 1000; i++)
        if (i % 100 == 1)
            print "nonsense"
        else
            printf "{\"id\":\"g%d\",\"provider\":\"%s\"}\n", i,
                i % 4 ? "google" : "imap"
}' >grants.ndjson
grep -v nonsense grants.ndjson >sound.ndjson

# ends_with STATUS ARG...: so does a run with ARGs, all records written.
ends_with() {
    wanted=$1
    shift
    decide "$@" sound.ndjson
    ends "$wanted" && counts '' out 990
}

fails_on() {
    ends_with 1 --fail-on reauth &&
        says "fail_on: 250 of 990 records are reauth, over --fail-on reauth" &&
        ends_with 1 --fail-on 'reauth>249' &&
        ends_with 0 --fail-on 'reauth>250' &&
        ends_with 1 --fail-on 'reauth>25%' &&
        ends_with 1 --fail-on 'reauth>25.252%' &&
        ends_with 0 --fail-on 'reauth>25.253%' &&
        ends_with 0 --fail-on reject &&
        ends_with 0 --fail-on 'accept>100%' &&
        ends_with 1 --fail-on reject --fail-on 'accept>0'
}

names_a_file_that_fails() {
    decide -o failed.ndjson --fail-on reauth sound.ndjson
    ends 1 && counts '' failed.ndjson 990 && [ ! -e failed.ndjson.part ]
}

# limited ARG...: the output does not get its name.
limited() {
    echo before >limited.ndjson
    decide -o limited.ndjson "$@" sound.ndjson
    ends 1 && says "over --limit" && grep -qx before limited.ndjson &&
        says "the records so far are in limited.ndjson.part" &&
        [ -s limited.ndjson.part ]
}

limits() {
    limited --limit reauth=249 && limited --limit reauth=0 &&
        limited --limit reauth=25% && limited --limit reauth=0% &&
        limited --limit reject=0 --limit accept=74.7% || return 1
    decide -o within.ndjson --limit reauth=250 --limit reauth=25.3% \
        --limit accept=75% --limit reject=0 sound.ndjson
    ends 0 && counts '' within.ndjson 990
}

# A rule that would write to everybody: it is stopped long before the end.
stops_at_once() {
    grants 100000 | sed 's/"provider":"[a-z]*"/"provider":"imap"/' >many.ndjson
    decide -o many.records --limit reauth=1000 -j 2 many.ndjson
    ends 1 && says "over --limit reauth=1000" && says "stopped there" &&
        [ ! -e many.records ] &&
        [ "$(grep -c '' many.records.part)" -lt 50000 ]
}

allows_errors() {
    for amount in 10 11 1% 1.000% 100%; do
        decide --max-errors "$amount" grants.ndjson
        ends 0 && counts '"code":"invalid_json"' out 10 || return 1
    done
    for amount in 9 0 0% 0.999%; do
        decide --max-errors "$amount" grants.ndjson
        ends 4 || return 1
    done
    decide --max-errors 9 --fail-on reauth grants.ndjson
    ends 4 && decide --max-errors 10 --fail-on error grants.ndjson && ends 1
}

# No records are no share of anything.
passes_nothing() {
    : >empty
    decide --fail-on 'reauth>0%' --limit accept=0% --max-errors 0% empty
    ends 0
}

refuses_nonsense() {
    for word in '' reauth= reauth=x reauth=-1 reauth=1.5 reauth=101% \
        reauth=100.001% reauth=1.% reauth=1.2345% reauth=% 'reauth>1' \
        Reauth=1 =1 reauth reauth=99999999999999999999; do
        refused "option '--limit'" eval --limit "$word" sound.ndjson ||
            return 1
    done
    for word in '' 'reauth>' 'reauth>x' reauth=1 everything 'reauth>1%%'; do
        refused "option '--fail-on'" eval --fail-on "$word" sound.ndjson ||
            return 1
    done
    for word in '' x -1 101% 1%1 '>1'; do
        refused "option '--max-errors'" eval --max-errors "$word" \
            sound.ndjson || return 1
    done
    set --
    for i in 1 2 3 4 5 6 7 8 9 10 11; do
        set -- "$@" --limit error=$i --fail-on error --limit error=1%
    done
    refused "more than 32 times" eval "$@" sound.ndjson
}

claim "--fail-on ends with 1, and all is written" fails_on
claim "its output has its name" names_a_file_that_fails
claim "--limit keeps the output from its name" limits
claim "a number that is exceeded stops the run" stops_at_once
claim "--max-errors allows that many errors" allows_errors
claim "no brake is broken by nothing" passes_nothing
claim "refuses what is no brake" refuses_nonsense
done_testing
