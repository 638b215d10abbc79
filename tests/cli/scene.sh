# scene.sh - a fresh folder and ways to run the program in it.  The tests
# beside it source it after tap.sh; it is no test itself.

unset GRANTGATE_API_URL GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI \
    GRANTGATE_REGION NO_COLOR NYLAS_API_KEY

scratch=$(mktemp -d) || exit 99
trap 'rm -r -f "$scratch"' EXIT
cd "$scratch" || exit 99

shipped=$srcdir/policies
goldens=$srcdir/tests/cli
examples=$srcdir/examples
now=2026-08-01T10:00:00Z

# Where lockdown is not to be had, each run says so first; why, or nothing.
no_lockdown=$("$builddir/tests/cli/lockdown_probe" why_not) || exit 99

# told FILE: FILE, without that.
told() {
    if [ -n "$no_lockdown" ]; then
        grep -v '^grantgate: warning: no full lockdown' "$1" >"$1.told"
        mv "$1.told" "$1"
    fi
}

# run ARG...: run the program; see out, err and $status.
run() {
    status=0
    "$GRANTGATE" "$@" >out 2>err || status=$?
    told err
}

# evaluate ARG...: the shipped policies, as the documentation runs them.
evaluate() {
    run eval -p "$shipped" --now "$now" --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback "$@"
}

# decide ARG...: the policies in ./set, likewise.
decide() {
    run eval -p set --now "$now" --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback "$@"
}

# policy FILE: put what is on standard input there, in the set ./set.
policy() {
    mkdir -p "set/$(dirname "$1")" && cat >"set/$1"
}

# Shells start background programs with SIGINT ignored, and the program
# leaves it at that; env undoes it.
env --default-signal=INT true 2>/dev/null && undo="env --default-signal=INT"

# start ARG...: the program reads a pipe whose other end is descriptor 9.
start() {
    rm -f feed out # what is in `out` is of this run
    mkfifo feed
    # shellcheck disable=SC2086 # words, or none
    ${undo:-} "$GRANTGATE" eval -p "$shipped" --now "$now" --client-id x \
        --redirect-uri https://a.example "$@" <feed >out 2>err &
    pid=$!
    exec 9>feed
}

# Wait, at most 20 seconds, until COMMAND succeeds.
awaits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 200 ] || { echo "in vain: $*"; return 1; }
        sleep 0.1
    done
}

# End the input, if that did not end it already, and take the exit status.
finish() {
    exec 9>&-
    status=0
    wait "$pid" || status=$?
}

# What follows judges the last run, and tells what it was where it fails.

ends() {
    [ "$status" -eq "$1" ] && return 0
    echo "exit status $status instead of $1; on standard error:"
    head -n 20 err
    return 1
}

# prints TEXT: TEXT is all of standard output.
prints() {
    printf '%s\n' "$1" | diff - out
}

says() {
    grep -qF -e "$1" err && return 0
    echo "standard error does not say: $1; but:"
    head -n 20 err
    return 1
}

records() {
    grep -qF -e "$1" out && return 0
    echo "standard output does not hold: $1; but:"
    head -n 20 out
    return 1
}

is_empty() {
    told "$1"
    [ ! -s "$1" ] && return 0
    echo "$1 is not empty:"
    head -n 20 "$1"
    return 1
}

counts() {
    found=$(grep -cF -e "$1" "$2")
    [ "$found" -eq "$3" ] && return 0
    echo "$2 has '$1' on $found lines instead of $3"
    return 1
}

# refused MESSAGE ARG...: that is refused, and nothing is printed.
refused() {
    message=$1
    shift
    run "$@"
    ends 2 && is_empty out && says "$message"
}

# grants COUNT: grants as the API gives them, of several providers, one in
# four in the envelope of a tenant, on standard output.
grants() {
    awk -v count="$1" '
    BEGIN {
        n = split("google imap microsoft imap icloud imap yahoo ews", name)
        split("acme notary acme-eu", tenants)
        for (i = 1; i <= count; i++)
            print envelope(i, grant(i, name[i % n + 1]))
    }

    function envelope(i, text) {
        if (i % 4)
            return text
        return "{\"grant\":" text ",\"tenant\":\"" tenants[i / 4 % 3 + 1] "\"}"
    }

    function grant(i, provider,    host, text) {
        host = "mail" i % 50 ".example"
        text = sprintf("{\"id\":\"%08x-7f0b-4a53-9a0f-6a3a1c7c4b11\"", i)
        text = text ",\"provider\":\"" provider "\",\"grant_status\":\"" \
            (i % 17 ? "valid" : "invalid") "\",\"email\":\"owner" i "@" host \
            "\",\"scope\":[\"https://scopes.example/auth/mail.send\"," \
            "\"openid\"],\"ip\":\"192.0.2.10\",\"user_agent\":" \
            "\"Mozilla/5.0\",\"state\":\"onboarding-" i "\",\"created_at\":" \
            1750000000 + i ",\"updated_at\":1780000000"
        if (provider == "imap")
            text = text ",\"settings\":{\"imap_host\":\"imap." host "\"," \
                "\"imap_port\":993,\"imap_username\":\"owner" i "@" host \
                "\"" smtp(i, host) "}"
        return text "}"
    }

    function smtp(i, host) {
        if (i % 3 == 0)
            return ",\"smtp_host\":\"\",\"smtp_port\":null"
        return ",\"smtp_host\":\"smtp." host "\",\"smtp_port\":" \
            (i % 5 ? 587 : "\"465\"")
    }'
}

# reads CODE [ARG...]: run Lua with `json` and the last run's output, `out`.
reads() {
    code=$1
    shift
    "$LUA" - "$@" <<EOF
local json = require "cjson"
local out = assert(io.open("out", "rb")):read("a")
$code
EOF
}

has_lua() {
    [ -n "$LUA" ] && "$LUA" -e 'require "cjson"' >/dev/null 2>&1
}

# claim_lua TEXT COMMAND...: a claim that needs Lua and its JSON.
claim_lua() {
    if has_lua; then
        claim "$@"
    else
        skip "$1" "no Lua with cjson"
    fi
}
