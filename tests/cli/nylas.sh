# nylas.sh - ways to start and stop fake-nylas.  The tests beside it source it
# after scene.sh; it is no test itself.

fake_nylas=$builddir/tests/fake/fake-nylas
if [ ! -x "$fake_nylas" ]; then
    echo "1..0 # SKIP zlib was not there when this was configured"
    exit 0
fi
trap 'for name in ./*.pid; do stop "$name"; done; rm -r -f "$scratch"' EXIT

# stop FILE: end the server whose process id is in FILE, if there is one.
stop() {
    [ -f "$1" ] || return 0
    kill "$(cat "$1")" 2>/dev/null
    rm -f "$1"
}

# serve NAME ARG...: start a fake-nylas instead of the last one of that NAME.
# $url is its address, NAME.log its log.
serve() {
    name=$1
    shift
    stop "$name.pid"
    rm -f "$name.url" "$name.log"
    "$fake_nylas" --seconds 600 --log "$name.log" "$@" >"$name.url" \
        2>"$name.err" &
    echo $! >"$name.pid"
    until [ -s "$name.url" ]; do
        kill -0 "$(cat "$name.pid")" 2>/dev/null ||
            { cat "$name.err"; exit 99; }
        sleep 0.05
    done
    url=$(cat "$name.url")
}

# ids FILE: the id of each line that has one.
ids() {
    sed -n 's/^[^}]*"id":"\([^"]*\)".*/\1/p' "$1"
}
