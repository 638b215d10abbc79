# scene.sh - the installed library as who embeds it meets it, and a fresh
# folder to build hosts in.  The tests beside it source it after tap.sh; it is
# no test itself.
#
# `make check` has them look below $stage, `make installcheck` where things
# really are; nothing else differs.

unset GRANTGATE_API_URL GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI \
    GRANTGATE_REGION NYLAS_API_KEY NYLAS_API_KEY_FILE NYLAS_WEBHOOK_SECRET \
    NYLAS_WEBHOOK_SECRET_FILE

scratch=$(mktemp -d) || exit 99
trap 'rm -r -f "$scratch"' EXIT
cd "$scratch" || exit 99
mkdir pc || exit 99

examples=$srcdir/examples
now=2026-08-01T10:00:00Z

# The installed grantgate.pc; below a stage, with the stage before its paths.
installed_pc=$stage$pkgconfigdir/grantgate.pc
sed "s|^\([a-z_]*\)=/|\1=$stage/|" "$installed_pc" >pc/grantgate.pc || exit 99
PKG_CONFIG_PATH=$scratch/pc${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export PKG_CONFIG_PATH

# has MODULE...: pkg-config knows all of them.
has() {
    $PKG_CONFIG --exists "$@" 2>/dev/null
}

# built OUT SOURCE [MODULE...]: as its author would, with all warnings.
built() {
    out=$1
    source=$2
    shift 2
    # shellcheck disable=SC2046,SC2086 # words
    $CC -Wall -Wextra -Wpedantic -Werror -pthread $sanitize_flags "$source" \
        -o "$out" $($PKG_CONFIG --cflags --libs grantgate "$@")
}

# The C++ compiler that goes with $CC, in $cxx; empty if there is none.
cxx=
for name in "${CXX:-c++}" g++ clang++; do
    case $sanitize$name in # each has a runtime of its own for sanitizers
    ?*clang*) [ "${CC#clang}" != "$CC" ] || continue ;;
    *c++ | *g++) [ -z "$sanitize" ] || [ "${CC#clang}" = "$CC" ] || continue ;;
    esac
    if command -v "$name" >/dev/null 2>&1; then
        cxx=$name
        break
    fi
done

# built_cxx OUT SOURCE: the same from C++.
built_cxx() {
    # shellcheck disable=SC2046,SC2086 # words
    $cxx -std=c++17 -Wall -Wextra -Wpedantic -Werror -pthread $sanitize_flags \
        "$2" -o "$1" $($PKG_CONFIG --cflags --libs grantgate)
}

# watched COMMAND...: under memcheck; an error or a leak is exit status 99.
watched() {
    valgrind --quiet --error-exitcode=99 --leak-check=full --fair-sched=yes \
        --log-file=valgrind.log "$@"
    watched_status=$?
    cat valgrind.log >&2
    return "$watched_status"
}

# Whether memcheck can read the library: some give up on what a newer compiler
# writes for debuggers.
is_readable() {
    ! LD_PRELOAD=$libgrantgate valgrind --quiet true 2>&1 |
        grep -q 'debuginfo reader'
}

# claim_watched TEXT COMMAND...: a claim that needs memcheck.
claim_watched() {
    if [ -n "$sanitize" ]; then
        skip "$1" "sanitizers and valgrind exclude each other"
    elif ! command -v valgrind >/dev/null 2>&1; then
        skip "$1" "no valgrind"
    elif ! is_readable; then
        skip "$1" "valgrind cannot read what this compiler writes"
    else
        claim "$@"
    fi
}

# The program's records of FILE, by the shipped policies, as a host writes
# them: it has no line numbers.
records_of() {
    "$GRANTGATE" eval -p "$srcdir/policies" --now "$now" --quiet \
        --no-lockdown --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback --max-errors 100% "$1" |
        sed 's/^{"line":[0-9]*,/{/'
}
