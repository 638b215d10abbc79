# nylas.sh - fake-nylas, and ways to fetch from it.  The tests beside it source
# it after scene.sh; it is no test itself.

fake_nylas=$builddir/tests/fake/fake-nylas
if [ ! -x "$fake_nylas" ]; then
    echo "1..0 # SKIP zlib was not there when this was configured"
    exit 0
fi
trap 'for name in ./*.pid; do stop "$name"; done; rm -r -f "$scratch"' EXIT

# No proxy of the machine is to stand between.
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY \
    ALL_PROXY NO_PROXY CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR

# The key holds this, which nothing else does.
mark=hunter2
NYLAS_API_KEY=nyk_$mark
export NYLAS_API_KEY

# stop FILE: end the server whose process id is in FILE, if there is one.
stop() {
    [ -f "$1" ] || return 0
    kill "$(cat "$1")" 2>/dev/null
    rm -f "$1"
}

# serve NAME ARG...: start a fake-nylas instead of the last one of that NAME.
# NAME.url holds its address, NAME.log is its log.  What a claim starts serves
# the next one, too.
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
}

# data COUNT: so many made-up grants, in the file `data`, to compare with.
data() {
    "$fake_nylas" --generate "$1" --print >data
}

# fetch ARG...: from the server named nylas, without the patience that a real
# one deserves.
fetch() {
    run fetch --api-url "$(cat nylas.url)" --rate 100000 --backoff 5ms "$@"
}

# ids FILE: the id of each line that has one.
ids() {
    sed -n 's/^[^}]*"id":"\([^"]*\)".*/\1/p' "$1"
}

# same_grants: the last run printed the data, byte for byte.
same_grants() {
    cmp data out
}

# keeps_secret [FILE...]: the key is in nothing that was printed.
keeps_secret() {
    grep -F -e "$mark" out err "$@" || return 0
    echo "there it is"
    return 1
}

# asked COUNT TEXT: so many requests are in the log `nylas.log` with TEXT.
asked() {
    counts "$2" nylas.log "$1"
}
