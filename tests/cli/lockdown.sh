#!/bin/sh
# Lockdown, from outside: what the kernel says of a run, that a run does not
# notice it, and what becomes of one where it is not to be had.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

probe=$builddir/tests/cli/lockdown_probe
grants=$examples/grants.ndjson
one='{"id":"one","provider":"google"}'
echo "$one" >one.ndjson

# claim_locked TEXT COMMAND...: a claim that needs all of it.
claim_locked() {
    if [ -z "$no_lockdown" ]; then
        claim "$@"
    else
        skip "$1" "$no_lockdown"
    fi
}

# --- what the kernel says -----------------------------------------------------

# observes COMMAND ARG...: COMMAND holds while a run with ARG... waits for input.
observes() {
    command=$1
    shift
    start "$@"
    echo "$one" >&9
    awaits [ -s out ] && "$command"
    seen=$?
    finish
    [ "$seen" -eq 0 ] && ends 0
}

is_confined() {
    grep -qx 'NoNewPrivs:[[:space:]]*1' "/proc/$pid/status" &&
        grep -qx 'Seccomp:[[:space:]]*2' "/proc/$pid/status" &&
        grep -q '^Max core file size  *0  *0 ' "/proc/$pid/limits"
}

# All its threads, then.
has_confined_threads() {
    [ "$(cat /proc/"$pid"/task/*/status | grep -c '^Seccomp:')" -gt 1 ] &&
        [ "$(cat /proc/"$pid"/task/*/status |
            grep '^Seccomp:' | grep -vc '2$')" -eq 0 ]
}

is_free() {
    grep -qx 'Seccomp:[[:space:]]*0' "/proc/$pid/status"
}

# What the kernel keeps of the environment, only root may see.
has_no_key() {
    ! tr '\0' '\n' <"/proc/$pid/environ" | grep hunter2
}

if [ -z "$sanitize" ] && grep -qx 'Seccomp:[[:space:]]*0' /proc/self/status; then
    claim "--no-lockdown leaves all as it was" observes is_free --no-lockdown
else
    skip "--no-lockdown leaves all as it was" "confined already"
fi
claim_locked "eval is confined, and leaves no core" observes is_confined
claim_locked "so are its threads" observes has_confined_threads -j 4
NYLAS_API_KEY=nyk_hunter2
export NYLAS_API_KEY
if [ "$(id -u)" -eq 0 ]; then
    claim_locked "the key is gone from its environment" observes has_no_key
else
    skip "the key is gone from its environment" "only root can look"
fi
unset NYLAS_API_KEY

# --- a run does not notice ----------------------------------------------------

# What was said, without how long it took.
timeless() {
    sed '/^[0-9]* records in /s/ in .*//' "$1"
}

# same ARG...: with and without lockdown, this comes to the same.
same() {
    run "$@" --no-lockdown
    mv out free.out
    timeless err >free.err
    free=$status
    run "$@" --lockdown=require
    ends "$free" && diff free.out out && timeless err | diff free.err -
}

reads_every_kind() {
    mkfifo pipe
    ln -s one.ndjson link.ndjson
    cat one.ndjson >pipe &
    evaluate --lockdown=require pipe link.ndjson one.ndjson /dev/stdin \
        /dev/fd/8 <one.ndjson 8<one.ndjson
    wait "$!"
    ends 0 && counts '"action":"accept"' out 5 || return 1
    status=0
    cat one.ndjson | "$GRANTGATE" eval -p "$shipped" --lockdown=require \
        /dev/stdin >out 2>err || status=$?
    ends 0 && counts '"action":"accept"' out 1
}

# As from a package manager, or a volume: files and folders elsewhere.
follows_links() {
    cp -R "$shipped" store
    mkdir links
    ln -s ../store/default.lua links/default.lua
    ln -s ../store/tenants ../store/lib links
    run eval -p links --lockdown=require --tenant acme one.ndjson
    ends 0 && counts '"tenant":"acme"' out 1
}

writes_elsewhere() {
    mkdir -p there
    evaluate --lockdown=require -o there/records "$grants"
    ends 0 && diff "$goldens/grants.golden" there/records
}

claim_locked "eval says the same" same eval -p "$shipped" --now "$now" -v \
    --summary --facts "$examples/facts.ndjson" "$grants"
claim_locked "so it does with threads" same eval -p "$shipped" --now "$now" \
    -j 4 "$grants"
claim_locked "url says the same" same url -p "$shipped" --provider imap \
    --client-id x --redirect-uri https://a.example
claim_locked "test says the same" same test "$shipped"
claim_locked "what is missing is told as ever" same eval -p missing missing.ndjson
claim_locked "reads pipes, links and descriptors" reads_every_kind
claim_locked "reads policies that are links" follows_links
claim_locked "writes to another folder" writes_elsewhere

# --- with a network ---------------------------------------------------------

# By name, so that it has to be looked up, on threads that a run starts.
fetches() {
    policy default.lua <<'EOF'
return { evaluate = function(grant)
  local other, why = grantgate.fetch(grant.id)
  return accept { reason = other and "fetched" or why.code }
end }
EOF
    serve good "$grants"
    port=$(sed 's/.*://' good.url)
    NYLAS_API_KEY=any "$GRANTGATE" eval -p set --lockdown=require -j 2 \
        --allow-fetch --api-url "http://localhost:$port" one.ndjson >out 2>err
    status=$?
    stop good.pid
    ends 0 && counts '"reason":"not_found"' out 1
}

if [ -x "$builddir/tests/fake/fake-nylas" ]; then
    . "$srcdir/tests/cli/nylas.sh"
    claim_locked "policies that may fetch, can" fetches
else
    skip "policies that may fetch, can" "no fake-nylas"
fi

# --- where it is not to be had --------------------------------------------------

# lacks CALL ARG...: run the program where the kernel has no CALL.
lacks() {
    call=$1
    shift
    status=0
    "$probe" without "$call" "$GRANTGATE" "$@" >out 2>err || status=$?
}

warns() {
    lacks landlock_create_ruleset eval -p "$shipped" one.ndjson
    ends 0 && counts '' out 1 && counts '' err 1 && says "grantgate: warning: \
no full lockdown: files are not confined (this kernel has no Landlock)" ||
        return 1
    lacks seccomp eval -p "$shipped" -o records one.ndjson
    ends 0 && counts '' err 1 && says "warning: no full lockdown: system calls"
}

warns_not_when_quiet() {
    lacks landlock_create_ruleset eval -q -p "$shipped" one.ndjson
    ends 0 && counts '' out 1 && [ ! -s err ]
}

warns_not_when_off() {
    lacks landlock_create_ruleset eval --no-lockdown -p "$shipped" one.ndjson
    ends 0 && counts '' out 1 && [ ! -s err ]
}

# insists CALL ARG...: required, it is an error, and nothing is done.
insists() {
    lacks "$@" --lockdown=require
    ends 2 && [ ! -s out ] && counts '' err 1 &&
        says "grantgate: no_lockdown: no full lockdown: "
}

ends_where_required() {
    insists landlock_create_ruleset eval -p "$shipped" -o never one.ndjson &&
        insists seccomp eval -p "$shipped" -o never one.ndjson &&
        insists seccomp url -p "$shipped" --client-id x \
            --redirect-uri https://a.example &&
        insists landlock_create_ruleset test "$shipped" &&
        [ ! -e never.part ] && [ ! -e never ]
}

claim_locked "where a part is missing, one warning and on" warns
claim_locked "-q silences it" warns_not_when_quiet
claim_locked "--no-lockdown has nothing to warn of" warns_not_when_off
claim_locked "--lockdown=require ends there with 2" ends_where_required

built_with_sanitizers() {
    refused "no_lockdown: built with sanitizers" test "$shipped" \
        --lockdown=require
}
if [ -n "$sanitize" ]; then
    claim "with sanitizers there is none to require" built_with_sanitizers
fi
claim "refuses another word" refused "is auto or require; not 'on'" \
    eval --lockdown=on
done_testing
