#!/bin/sh
# grantgate diff: the same grants under two policy folders.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# changed FOLDER OLD NEW: the shipped set with the answer of one rule changed.
changed() {
    cp -R "$shipped" "$1" && chmod -R u+w "$1" &&
        awk -v old="$2" -v new="$3" '
            at = index($0, old) {
                $0 = substr($0, 1, at - 1) new substr($0, at + length(old))
            }
            { print }' "$shipped/default.lua" >"$1/default.lua" &&
        ! cmp -s "$shipped/default.lua" "$1/default.lua"
}

changed new 'reauth { reason = "smtp_missing", notify = "owner" }' \
    'defer { reason = "smtp_missing", after = "1h" }' || exit 99
changed strict 'reauth { reason = "grant_invalid", notify = "owner" }' \
    'reject "grant_invalid"' || exit 99

application='--client-id YOUR_CLIENT_ID
    --redirect-uri https://example.com/callback'

# compare NEW ARG...: the shipped set and a changed one.
compare() {
    # shellcheck disable=SC2086 # words
    run diff "$shipped" --now "$now" $application "$@"
}

# --- held against two runs of eval --------------------------------------------

grants 100000 >grants.ndjson

# expected: what two runs of eval come to, as lines "matrix BEFORE AFTER N",
# "tenant NAME CHANGE N", "provider NAME CHANGE N" and "grant ID FIELDS".
expected() {
    evaluate grants.ndjson && mv out before.ndjson &&
        run eval -p strict --now "$now" --client-id YOUR_CLIENT_ID \
            --redirect-uri https://example.com/callback grants.ndjson &&
        mv out after.ndjson || return 1
    awk '
    function value(record, name) {
        if (!match(record, "\"" name "\":(\"[^\"]*\"|[0-9]+|\\[[^]]*\\])"))
            return ""
        record = substr(record, RSTART + length(name) + 3,
                        RLENGTH - length(name) - 3)
        gsub(/"/, "", record)
        return record
    }

    BEGIN {
        n = split("action reason auth_url auth_url_missing notify after " \
                  "smtp_host smtp_port smtp_username", names)
    }

    {
        old = $0
        getline new <"after.ndjson"
        change = value(old, "action") ".." value(new, "action")
        matrix[value(old, "action") " " value(new, "action")]++
        fields = ""
        for (i = 1; i <= n; i++)
            if (value(old, names[i]) != value(new, names[i]))
                fields = fields " " names[i]
        if (fields == "")
            next
        tenant = value(old, "tenant")
        counts["tenant " (tenant == "" ? "(none)" : tenant) " " change]++
        counts["provider " value(old, "provider") " " change]++
        print "grant", value(old, "grant_id") fields
    }

    END {
        for (pair in matrix) print "matrix", pair, matrix[pair]
        for (key in counts) print key, counts[key]
    }' before.ndjson | sort >expected
}

# told: the same lines, from what diff printed.
told() {
    awk '
    / -> .*; differs in / {
        fields = $0
        sub(/.*; differs in /, "", fields)
        gsub(/,/, "", fields)
        print "grant", $1, fields
        next
    }

    NF == 0 { kind = "" }

    kind == "matrix" {
        for (i = 2; i <= NF; i++)
            if ($i > 0) print "matrix", $1, heading[i], $i
    }

    kind == "tenant" || kind == "provider" {
        for (i = 3; i <= NF; i++)
            if ($i > 0) print kind, $1, heading[i], $i
    }

    $1 == "before" { kind = "matrix"; shift = 2 }
    $1 == "tenant" || $1 == "provider" { kind = $1; shift = 0 }

    $1 == "before" || $1 == "tenant" || $1 == "provider" {
        for (i = 1; i <= NF; i++) heading[i - shift] = $i
    }' out | sort >told
}

agrees_with_eval() {
    expected || return 1
    compare strict grants.ndjson
    ends 0 && is_empty err && told && diff expected told || return 1
    changed=$(grep -c '^grant ' expected)
    [ "$changed" -gt 5000 ] && grep -q '^matrix reauth reject ' told &&
        grep -q '^tenant acme-eu ' told && grep -q '^provider imap ' told &&
        records "$changed of 100000 grants changed"
}

claim "100,000 grants: matrix, counts and fields as two runs of eval say" \
    agrees_with_eval

the_same_for_any_jobs() {
    compare strict grants.ndjson -j 1
    mv out alone
    for jobs in 2 7; do
        compare strict grants.ndjson -j "$jobs"
        cmp alone out || return 1
    done
}

claim "prints the same whatever -j is" the_same_for_any_jobs

nothing_changes() {
    run diff "$shipped" "$shipped" --exit-code --client-id X \
        --redirect-uri https://example.com/ grants.ndjson
    ends 0 && [ "$(head -n 1 out)" = "0 of 100000 grants changed" ] &&
        ! grep -e '->' out
}

claim "finds no difference of a set and itself" nothing_changes

# --- what it prints -----------------------------------------------------------

cp "$examples/grants.ndjson" few.ndjson

prints_lines() {
    compare new few.ndjson
    ends 0 && is_empty err && diff "$goldens/diff.golden" out
}

prints_counts_only() {
    compare new --stat few.ndjson
    ends 0 && sed '1,/^$/d' "$goldens/diff.golden" | diff - out
}

prints_json() {
    compare new --format json few.ndjson
    ends 0 && reads '
        local lines, last = 0, nil
        for line in out:gmatch("[^\n]+") do
            last = json.decode(line)
            lines = lines + (last.summary and 0 or 1)
            if last.grant_id == "imap-no-smtp-keys" then
                assert(last.line == 29 and last.provider == "imap")
                assert(last.before.action == "reauth")
                assert(last.before.rule == "no-smtp")
                assert(last.after.after == 3600)
                assert(table.concat(last.fields, " ") ==
                       "action auth_url notify after")
            end
        end
        local summary = last.summary
        assert(summary.changed == lines and lines > 0)
        assert(summary.matrix["reauth..defer"] == lines)
        assert(summary.changes["reauth..defer"] == lines)
        assert(summary.providers.imap.changes["reauth..defer"] == lines)
        assert(summary.tenants.acme.changes["reauth..defer"] == 2)'
}

writes_a_file() {
    compare new few.ndjson
    mv out wanted
    compare new few.ndjson -o report
    ends 0 && is_empty out && diff wanted report
}

claim "a line for each grant that changes, then the counts" prints_lines
claim "--stat: the counts alone" prints_counts_only
claim_lua "--format json: both records, and a summary" prints_json
claim "-o writes a file" writes_a_file

# only LINES PATTERN...: --only PATTERN lists so many lines.
only() {
    compare new --only "$2" few.ndjson
    ends 0 && counts ' -> ' out "$1" && records "$all of "
}

compare new few.ndjson
all=$(grep -c ' -> ' out)
claim "--only names the change that is listed" only "$all" reauth..defer
claim "a side left out is any" only "$all" ..defer
claim "so is *" only "$all" 'reauth..*'
claim "the counts stay whole" only 0 accept..reject

# --- what is a difference -----------------------------------------------------

# differ OLD NEW: the body of evaluate in two sets.
differ() {
    mkdir -p a b
    echo "return { evaluate = { $1 } }" >a/default.lua
    echo "return { evaluate = { $2 } }" >b/default.lua
    echo '{"id":"g","provider":"imap","email":"a@b.example"}' >grant
    # shellcheck disable=SC2086 # words
    run diff a b --now "$now" $application grant
}

no_difference() {
    differ 'rule { "a", when = "always", accept "x" }' \
        'rule { "b", when = "always", accept "x" }'
    ends 0 && records "0 of 1 grants changed"
}

# differs_in FIELDS OLD NEW
differs_in() {
    differ "rule { \"a\", when = \"always\", $2 }" \
        "rule { \"a\", when = \"always\", $3 }"
    ends 0 && grep -q "; differs in $1\$" out || { cat out err; return 1; }
}

claim "another rule that decides the same is no difference" no_difference
claim "the reason is one" differs_in reason 'accept "x"' 'accept "y"'
claim "whom to tell is one" differs_in notify 'accept "x"' \
    'accept { reason = "x", notify = "owner" }'
claim "when to ask again is one" differs_in after \
    'defer { reason = "x", after = 60 }' 'defer { reason = "x", after = 61 }'
claim "the sign-in link is one" differs_in auth_url 'reauth "x"' \
    'reauth { reason = "x", state = "s" }'
claim "data is one" differs_in data 'accept { reason = "x", data = { a = 1 } }' \
    'accept { reason = "x", data = { a = 2 } }'

fails_on_one_side() {
    differ 'rule { "a", when = "always", accept "x" }' \
        'rule { "a", when = "always", function() error("no") end }'
    ends 4 && records 'accept x (default.lua a) -> error policy_error' &&
        records 'differs in action, reason, error'
}

claim "an error on one side is one; exit status 4" fails_on_one_side

# --- exit status, warnings, refusals ------------------------------------------

tells_by_exit_status() {
    compare new --exit-code few.ndjson
    ends 1 || return 1
    compare new --exit-code --only accept..reject few.ndjson
    ends 0
}

claim "--exit-code: 1 if there is a difference that --only names" \
    tells_by_exit_status

warns() {
    run diff "$shipped" new few.ndjson
    ends 0 && says "sign-in links" && says "give --client-id"
    run diff -q "$shipped" new few.ndjson
    is_empty err
}

claim "warns of links that cannot be compared" warns

ends_with_a_pipe() {
    # shellcheck disable=SC2086 # words
    { "$GRANTGATE" diff "$shipped" new $application grants.ndjson 2>err
        echo "$?" >status; } | head -n 1 >out
    is_empty err && counts ' -> ' out 1 && [ "$(cat status)" -ne 0 ]
}

claim "ends quietly with its reader" ends_with_a_pipe

new_tenant() {
    cp -R new newer
    echo 'return {}' >newer/tenants/fresh.lua
    run diff "$shipped" newer -t fresh -q few.ndjson
    ends 0 && refused "no policy knows tenant 'frsh'" diff "$shipped" newer \
        -t frsh few.ndjson
}

claim "a tenant that only the new folder knows is known" new_tenant

not_loaded() {
    mkdir -p broken
    echo 'return {' >broken/default.lua
    run diff "$shipped" broken few.ndjson
    ends 3 && is_empty out && says "default.lua:2: "
    run diff broken "$shipped" few.ndjson
    ends 3 && is_empty out
}

claim "exit status 3 if either folder does not load" not_loaded
claim "refuses a single folder" refused "name two policy folders" diff a
claim "refuses a change that is none" refused "is like accept..reauth" \
    diff a b --only accept few.ndjson
claim "refuses an action that is none" refused "is like accept..reauth" \
    diff a b --only accept..rauth few.ndjson
claim "refuses another format" refused "is text or json, not 'xml'" \
    diff a b --format xml few.ndjson
claim "refuses to write over its input" refused "is input and output at once" \
    diff a b -o few.ndjson few.ndjson
claim "refuses a file that is not there" refused "cannot read missing" \
    diff "$shipped" new missing
done_testing
