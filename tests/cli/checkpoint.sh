#!/bin/sh
# grantgate eval --checkpoint: a run goes on where it was interrupted.
#
# How many grants and how many kills: GRANTS and KILLS in the environment, as
# in GRANTS=1000000 KILLS=50 for a long night.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

count=${GRANTS:-50000}
kills=${KILLS:-6}

# It takes its time, so that there is something to interrupt.
policy default.lua <<'END'
return {
  evaluate = function(grant)
    local n = 0
    for i = 1, 6000 do n = n + i end
    if grant.provider == "imap" then log "seen" end
    return grant.smtp == "incomplete" and reauth "smtp_missing" or accept "fine"
  end,
}
END

grants "$count" >all.ndjson
head -n $((count / 3)) all.ndjson >one.ndjson
tail -n +$((count / 3 + 1)) all.ndjson | gzip -1 -c >two.ndjson.gz
echo '{"id":"00000001-7f0b-4a53-9a0f-6a3a1c7c4b11","tenant":"acme"}' >facts

# begin ARG...: decide, in the background.
begin() {
    "$GRANTGATE" eval -p set --now "$now" --client-id x --redirect-uri \
        https://a.example --facts facts --summary -o done.ndjson \
        --checkpoint run.ck "$@" one.ndjson two.ndjson.gz >out 2>err &
    pid=$!
}

# The same to its end.
go_on() {
    status=0
    begin "$@"
    wait "$pid" || status=$?
}

# The counts of a summary, but for the time that it took.
counted() {
    sed -n '/^$/,$p' err
}

forget() {
    rm -f run.ck run.ck.tmp done.ndjson done.ndjson.part
}

# awaits COMMAND...: wait, at most a minute, until it succeeds.
awaits() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -le 1200 ] || { echo "in vain: $*"; return 1; }
        sleep 0.05
    done
}

# Whether there are records, so that there is something to go on from.
has_begun() {
    [ -s done.ndjson.part ]
}

# Whether the checkpoint is somewhere in the middle.
is_midway() {
    [ -s run.ck ] && ! grep -q '^at 0 0 0$' run.ck &&
        ! grep -q '^at 2 0 0$' run.ck
}

ends_whole() {
    ends 0 && cmp whole.ndjson done.ndjson && counted | diff whole.counts - &&
        [ ! -e run.ck ] && [ ! -e run.ck.tmp ] && [ ! -e done.ndjson.part ]
}

runs_through() {
    go_on -j 2
    ends 0 && [ ! -e run.ck ] && mv done.ndjson whole.ndjson &&
        counted >whole.counts && [ "$(grep -c '' whole.ndjson)" -eq "$count" ]
}

# A random number of tenths of a second, up to 1.9.
some_time() {
    awk -v seed="$1$$" 'BEGIN { srand(seed); printf "%.2f\n", rand() * 1.9 }'
}

survives_kills() {
    forget
    landed=0
    while [ "$landed" -lt "$kills" ]; do
        begin -j $((landed % 3 + 1))
        sleep "$(some_time "$landed")"
        kill -s KILL "$pid" 2>/dev/null || break
        wait "$pid" 2>/dev/null
        [ ! -e done.ndjson ] || break
        landed=$((landed + 1))
    done
    echo "$landed" >landed
    [ -e done.ndjson ] || go_on -j 2
    cmp whole.ndjson done.ndjson
}

resumes() {
    forget
    begin -j 1
    awaits has_begun
    kill -s TERM "$pid"
    status=0
    wait "$pid" || status=$?
    ends 75 && says "run the same again to go on from run.ck" &&
        says "the records so far are in done.ndjson.part" &&
        [ ! -e done.ndjson ] && is_midway || return 1
    go_on -j 2
    says "going on after" && sed -i '/going on after/d' err && ends_whole
}

# Leave a checkpoint somewhere in the middle, as run.ck.kept.
interrupt() {
    forget
    begin -j 1
    awaits has_begun
    kill -s TERM "$pid"
    wait "$pid" 2>/dev/null
    is_midway && cp run.ck run.ck.kept && cp done.ndjson.part part.kept
}

restore() {
    cp run.ck.kept run.ck && cp part.kept done.ndjson.part
}

# refuses MESSAGE ARG...: it does not go on, and nothing has changed.
refuses() {
    message=$1
    shift
    go_on "$@"
    ends 2 && says "$message" && [ ! -e done.ndjson ] &&
        cmp run.ck.kept run.ck && cmp part.kept done.ndjson.part
}

refuses_other_flags() {
    refuses "--tenant-from is not what it was" --tenant-from domain &&
        refuses "--client-id is not what it was" --client-id y &&
        refuses "--trace is not what it was" --trace &&
        refuses "--now is not what it was" --now 2026-08-02T10:00:00Z &&
        refuses "--max-time is not what it was" --max-time 2s &&
        refuses "--max-errors is not what it was" --max-errors 1 &&
        refuses "other files, limits or brakes" --limit reauth=1% &&
        refuses "other files were named" one.ndjson
}

refuses_another_set() {
    cp set/default.lua kept.lua
    echo "-- changed" >>set/default.lua
    refuses "the policies have changed"
    found=$?
    mv kept.lua set/default.lua
    return "$found"
}

refuses_another_input() {
    cp -p one.ndjson kept.ndjson
    echo '{"id":"late","provider":"imap"}' >>one.ndjson
    refuses "one.ndjson has changed: it is not as long" || return 1
    cp -p kept.ndjson one.ndjson
    cp -p facts kept.facts
    touch facts
    refuses "facts has changed" || return 1
    mv kept.facts facts
}

# damaged SED: so does a checkpoint that was edited.
damaged() {
    restore
    sed "$1" run.ck >edited && mv edited run.ck
    go_on
    ends 2 && says "cannot go on from run.ck: it is damaged" &&
        cmp part.kept done.ndjson.part
}

refuses_damage() {
    damaged '2d' && damaged 's/^at .*/at 0 999999999 1/' &&
        damaged '$d' && damaged 's/$/\r/' || return 1
    : >run.ck
    go_on
    ends 2 && says "it is damaged" || return 1
    rm run.ck
    ln -s run.ck.kept run.ck
    go_on
    ends 2 && says "cannot read run.ck" || return 1
    rm run.ck
    mkfifo run.ck
    go_on
    ends 2 && says "it is no checkpoint" || return 1
    rm run.ck
}

# sealed SED: an edited checkpoint whose sum fits again.
sealed() {
    restore
    sed "$1" run.ck | sed '$d' >run.edited
    printf 'sum %s\n' "$(sha256sum <run.edited | cut -d ' ' -f 1)" |
        cat run.edited - >run.ck
    go_on
}

refuses_nonsense() {
    for edit in 's/^at .*/at 7 0 0/' 's/^at .*/at 2 5 5/' \
        's/^at .*/at 0 5 6/' 's/^at .*/at -1 0 0/' \
        's/^at .*/at 99999999999999999999 0 0/' 's/^now .*/now 0/' \
        's/^at /to /' 's/^output .*/output x/' 's/^strays .*/strays x/' \
        's/^provider imap/provider imap 1/'; do
        sealed "$edit"
        ends 2 && says "damaged" && cmp part.kept done.ndjson.part ||
            { echo "after $edit"; return 1; }
    done
}

refuses_another_part() {
    restore
    size=$(wc -c <part.kept)
    head -c $((size / 2)) part.kept >done.ndjson.part
    go_on
    ends 2 && says "does not hold the records" || return 1
    rm done.ndjson.part
    go_on
    ends 2 && says "cannot go on with done.ndjson.part: No such file" ||
        return 1
    restore
    printf 'x' | dd of=done.ndjson.part conv=notrunc 2>dd.err
    go_on
    ends 2 && says "does not hold the records"
}

# What was written after the checkpoint is written again.
drops_what_follows() {
    restore
    echo "half a rec" >>done.ndjson.part
    go_on
    sed -i '/going on after/d' err
    ends_whole
}

# Killed when the file had its name and only the checkpoint was left.
sees_that_it_is_done() {
    forget
    go_on --limit accept=0%
    ends 1 && grep -q '^at 2 0 0$' run.ck || return 1
    mv done.ndjson.part done.ndjson
    go_on --limit accept=0%
    ends 1 && cmp whole.ndjson done.ndjson && [ ! -e run.ck ]
}

refuses_usage() {
    evaluate --checkpoint run.ck one.ndjson
    ends 2 && says "'--checkpoint' needs --output" || return 1
    evaluate --checkpoint x.ck -o x.ndjson - <one.ndjson
    ends 2 && says "not standard input" || return 1
    mkfifo pipe.ndjson
    evaluate --checkpoint x.ck -o x.ndjson pipe.ndjson
    ends 2 && says "read again, not pipe.ndjson" || return 1
    evaluate --checkpoint facts -o x.ndjson --facts facts one.ndjson
    ends 2 && says "input and checkpoint at once" || return 1
    evaluate --checkpoint x.ndjson -o x.ndjson one.ndjson
    ends 2 && says "output and checkpoint at once" || return 1
    evaluate --checkpoint nowhere/x -o x.ndjson one.ndjson
    ends 2 && says "cannot write nowhere/x"
}

# The time of the first run is the time of the whole.
keeps_its_time() {
    forget
    unset_now="$GRANTGATE eval -p set -o done.ndjson --checkpoint run.ck \
        -j 1 all.ndjson"
    $unset_now >out 2>err &
    pid=$!
    awaits has_begun
    kill -s TERM "$pid"
    wait "$pid" 2>/dev/null
    began=$(sed -n 's/^now //p' run.ck)
    [ -n "$began" ] || return 1
    sleep 1.1
    status=0
    $unset_now -v >out 2>err || status=$?
    ends 0 && says "now $(date -u -d "@$began" +%Y-%m-%dT%H:%M:%SZ)"
}

claim "a run with a checkpoint that nobody interrupts" runs_through
claim "killed again and again, the output is that of one run" survives_kills
echo "# $(cat landed) kills landed"
claim "SIGTERM: exit 75, and the same again goes on" resumes
claim "leaves a checkpoint to play with" interrupt
claim "other flags do not go on" refuses_other_flags
claim "another policy set does not go on" refuses_another_set
claim "another input does not go on" refuses_another_input
claim "a damaged checkpoint does not go on" refuses_damage
claim "nor does one that makes no sense" refuses_nonsense
claim "nor does another FILE.part" refuses_another_part
claim "what is beyond the checkpoint is decided again" drops_what_follows
claim "what had its name already is done" sees_that_it_is_done
claim "asks for what it needs" refuses_usage
if date -u -d @0 >/dev/null 2>&1; then
    claim "the time of the first run is that of the whole" keeps_its_time
else
    skip "the time of the first run is that of the whole" "another date(1)"
fi
done_testing
