#!/bin/sh
# examples/host_reload.c, while its policies change: each decision is by one set
# and the log says by which.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/embed/scene.sh"

claim "host_reload.c builds with what pkg-config says" built host_reload \
    "$examples/host_reload.c"

printf 'acme enterprise\nfree free\n' >plans

# policy REASON: the set says REASON, and asks the host; in one step.
policy() {
    mkdir -p set
    cat >default.part <<EOF
return {
  evaluate = function(grant)
    if host.plan(grant.tenant) == "enterprise" then
      return accept "$1"
    end
    return reject("$1_" .. (host.plan(grant.tenant) or "unknown"))
  end,
}
EOF
    mv default.part set/default.lua
}

# grants COUNT: of three tenants.
grants() {
    awk -v count="$1" 'BEGIN {
        split("acme free other", tenants)
        for (i = 1; i <= count; i++)
            print "{\"grant\":{\"id\":\"g" i "\",\"provider\":\"google\"}," \
                "\"tenant\":\"" tenants[i % 3 + 1] "\"}"
    }'
}

# starts [COMMAND...]: it reads what comes by descriptor 9.
starts() {
    rm -f feed out err
    mkfifo feed
    "$@" ./host_reload set plans <feed >out 2>err &
    pid=$!
    exec 9>feed
    awaits says 1 ': policies '
}

# Wait, at most 60 seconds, until COMMAND succeeds.
awaits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 600 ] || { echo "in vain: $*"; cat err; return 1; }
        sleep 0.1
    done
}

has_lines() {
    [ "$(wc -l <out)" -ge "$1" ]
}

# says COUNT TEXT: so many lines of stderr have it.
says() {
    [ "$(grep -c "$2" err)" -eq "$1" ]
}

# finishes STATUS: at the end of the input.
finishes() {
    exec 9>&-
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq "$1" ] && return 0
    echo "exit status $status instead of $1"
    cat err
    return 1
}

# Of each tenant what its plan comes to under the policies that say REASON, and
# all by the same ones.
by_plan() {
    sed 's/.*"tenant":"\([^"]*\)","provider":"google","action":"\([^"]*\)","reason":"\([^"]*\)".*/\1 \2 \3/' \
        "$2" | sort -u >got
    printf 'acme accept %s\nfree reject %s_free\nother reject %s_unknown\n' \
        "$1" "$1" "$1" | diff - got &&
        [ "$(sed 's/^{"policies":"\([0-9a-f]*\)".*/\1/' "$2" | sort -u |
            grep -c .)" -eq 1 ]
}

follows() {
    policy old
    starts || return 1
    grants 60 >&9
    awaits has_lines 60 && policy new && awaits says 2 ': policies ' &&
        grants 60 >&9 && awaits has_lines 120 && finishes 0 || return 1
    head -n 60 out >before
    tail -n 60 out >after
    by_plan old before && by_plan new after
}

keeps_what_loads() {
    policy old
    starts || return 1
    grants 30 >&9
    echo 'return { evaluate = ' >broken
    awaits has_lines 30 && mv broken set/default.lua &&
        awaits says 1 'nothing changes: .*default.lua:2' &&
        grants 30 >&9 && awaits has_lines 60 && finishes 0 && by_plan old out
}

refuses_other_functions() {
    mkdir -p other
    echo 'return { evaluate = function() return host.price() end }' \
        >other/default.lua
    status=0
    ./host_reload other plans <plans 2>err || status=$?
    [ "$status" -eq 1 ] && grep 'default.lua:1.*price' err
}

# Nobody waits for anybody here: the sets take turns as fast as they load.
under_load() {
    policy r0
    starts || return 1
    grants 20000 >many
    cat many >&9 &
    feeder=$!
    for number in 1 2 3 4 5 6 7 8; do
        policy "r$number"
        awaits says "$((number + 1))" ': policies ' || return 1
    done
    wait "$feeder"
    finishes 0 && [ "$(wc -l <out)" -eq 20000 ] &&
        ! grep '"error"' out || return 1
    # One reason to a digest, and one digest to a reason.
    sed 's/^{"policies":"\([0-9a-f]*\)".*"reason":"\(r[0-9]*\).*/\1 \2/' out |
        sort -u >pairs
    [ "$(cut -d ' ' -f 1 pairs | sort -u | wc -l)" -eq "$(wc -l <pairs)" ] &&
        [ "$(cut -d ' ' -f 2 pairs | sort -u | wc -l)" -eq \
            "$(wc -l <pairs)" ]
}

watched_load() {
    policy old
    starts valgrind --quiet --error-exitcode=99 --leak-check=full \
        --fair-sched=yes || return 1
    grants 12 >&9
    awaits has_lines 12 && policy new && awaits says 2 ': policies ' &&
        grants 12 >&9 && finishes 0 && has_lines 24
}

claim "the grants after a change are decided by it" follows
claim "a set that does not load changes nothing, and is told" keeps_what_loads
claim "policies that call another function do not load" refuses_other_functions
claim "under load each decision is by one set" under_load
claim_watched "it leaks nothing" watched_load
done_testing
