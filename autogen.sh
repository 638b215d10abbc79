#!/bin/sh
# autogen.sh - from a fresh checkout to a running program.  See --help.
#
# Only the installing of packages needs root, and only that asks for it.
# Everything this script says goes to stderr: stdout belongs to the target.
set -eu
cd "$(dirname "$0")"

usage() {
    cat <<'END'
Usage: ./autogen.sh                       make ./configure, that is all
       ./autogen.sh TARGET...             do all it takes to make TARGET
       ./autogen.sh --packages [NAME...]  install what is missing, and NAMEs

With a TARGET this installs the packages that are missing (with apt, as root or
where sudo asks no password; elsewhere it lists them and stops), configures in
./build and runs make there.  The second time there is little left to do.

  ./autogen.sh demo       build, and decide about examples/grants.ndjson
  ./autogen.sh check      build, and run every test
  ./autogen.sh all        build
  ./autogen.sh check tests='tests/unit.sh tests/meta/layers.sh'
                          build, and run these tests
  CC=clang ./autogen.sh all
                          configure with another compiler (the first time)

To install, or to configure another way, use the result as any other:

  ./autogen.sh && mkdir build && cd build &&
      ../configure --prefix=/usr && make && sudo make install
END
}

say() {
    echo "autogen.sh: $*" >&2
}

die() {
    say "$@"
    exit 1
}

# --- packages ---------------------------------------------------------------

bootstrap_packages="autoconf automake libtool pkg-config"
build_packages="$bootstrap_packages gcc libc6-dev make libcurl4-openssl-dev
    liblua5.4-dev libseccomp-dev libssl-dev libyyjson-dev libzstd-dev
    zlib1g-dev"
test_packages="check libevent-dev lua5.4 lua-cjson"

has_library() {
    pkg-config --exists "$1" 2>/dev/null
}

has_program() {
    command -v "$1" >/dev/null 2>&1
}

# lua5.4, under any of its names, with the arguments given.
run_lua() {
    for name in lua5.4 lua54 lua-5.4 lua; do
        if has_program "$name"; then
            "$name" "$@" 2>/dev/null
            return
        fi
    done
    return 1
}

# Whether what Debian's package $1 brings is there, wherever it came from.
has() {
    case $1 in
    autoconf) has_program autoreconf ;;
    automake) has_program automake && has_program aclocal ;;
    check) has_library 'check >= 0.15' ;;
    gcc) [ -n "${CC:-}" ] || has_program gcc || has_program cc ||
        has_program clang ;;
    libc6-dev) [ -f /usr/include/stdio.h ] || echo '#include <stdio.h>' |
        ${CC:-cc} -E - >/dev/null 2>&1 ;;
    libcurl4-openssl-dev) has_library 'libcurl >= 7.85' ;;
    libevent-dev) has_library 'libevent libevent_pthreads' ;;
    liblua5.4-dev) has_library lua5.4 || has_library lua54 ||
        has_library 'lua >= 5.4 lua < 5.5' ;;
    libseccomp-dev) has_library 'libseccomp >= 2.5' ;;
    libssl-dev) has_library libcrypto ;;
    libtool) has_program libtoolize ;;
    libyyjson-dev) has_library 'yyjson >= 0.8' ;;
    libzstd-dev) has_library 'libzstd >= 1.4' ;;
    lua-cjson) run_lua -e 'require "cjson"' ;;
    lua5.4) run_lua -e 'os.exit(_VERSION == "Lua 5.4")' ;;
    nginx) has_program nginx || [ -x /usr/sbin/nginx ] ;;
    zlib1g-dev) has_library zlib ;;
    lib*) dpkg-query -W "$1" >/dev/null 2>&1 ;;
    *) has_program "$1" ;;
    esac
}

# Those of the packages named that are missing, on one line.
missing_of() {
    missing=
    for package; do
        has "$package" || missing="$missing $package"
    done
    echo "${missing# }"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

may_install() {
    has_program apt-get || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

# Whether apt, as far as it knows, has package $1 to offer.
is_offered() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

are_offered() {
    for package; do
        is_offered "$package" || return 1
    done
}

is_debian_12() {
    [ -r /etc/os-release ] &&
        grep -qx 'ID="*debian"*' /etc/os-release &&
        grep -qx 'VERSION_ID="*12"*' /etc/os-release
}

# The right to install is missing: say what to install, as one line to paste.
list_packages() {
    say "these packages are missing: $*"
    if ! has_program apt-get; then
        say "those are Debian's names; install what your system calls them"
        exit 1
    fi

    sudo=
    who=", as root"
    if has_program sudo; then
        sudo="sudo "
        who=
    fi
    plain=
    line="${sudo}apt-get update"
    after=
    for package; do
        if [ "$package" = libyyjson-dev ] && is_debian_12 &&
            ! is_offered "$package"; then
            after=" && $sudo$PWD/autogen.sh --packages"
        else
            plain="$plain $package"
        fi
    done
    if [ -n "$plain" ]; then
        line="$line && ${sudo}apt-get install --no-install-recommends$plain"
    fi
    say "to install them, run this$who:"
    printf '\n    %s%s\n\n' "$line" "$after" >&2
    if [ -n "$after" ]; then
        say "(Debian 12 has no libyyjson-dev: the last part of the line takes"
        say "it from Debian 13, and leaves the system's sources as they are)"
    fi
    exit 1
}

apt_install() {
    as_root apt-get -qq -y --no-install-recommends -o Acquire::Retries=3 \
        -o DPkg::Lock::Timeout=300 -o DPkg::Use-Pty=0 install "$@" >&2
}

apt_update() {
    say "asking apt for its lists"
    as_root apt-get -qq -o Acquire::Retries=3 update >&2 ||
        say "apt-get update: not all went well; going on with what there is"
}

# Where this machine gets Debian 12's main archive from, as apt reads its
# own sources, whichever way they are written.
debian_mirror() {
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format \
        '$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)' \
        'Created-By: Packages' 2>/dev/null |
        sed -n '/^Debian bookworm main /{s/.* //;p;q;}'
}

# apt-get with lists, cache and sources of its own, in $scratch, which the
# user apt would fetch as cannot write to.
private_apt() {
    as_root apt-get -qq -o Dir::Etc::sourcelist="$scratch/sources.list" \
        -o Dir::Etc::sourceparts=- -o Dir::State="$scratch/state" \
        -o Dir::State::status=/var/lib/dpkg/status \
        -o Dir::Cache="$scratch/cache" -o APT::Sandbox::User=root \
        -o Acquire::Retries=3 "$@" >&2
}

# Debian 12 has no yyjson.  The packages of Debian 13 need only libc6.
install_yyjson_of_debian_13() {
    say "installing libyyjson-dev from Debian 13"
    scratch=$(mktemp -d)
    trap 'as_root rm -r -f "$scratch"' EXIT
    chmod 755 "$scratch" # apt reads as a user of its own
    mkdir -p "$scratch/state/lists/partial" "$scratch/cache/archives/partial"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg

    for mirror in "$(debian_mirror)" http://deb.debian.org/debian; do
        [ -n "$mirror" ] || continue
        echo "deb [signed-by=$keyring] $mirror trixie main" \
            >"$scratch/sources.list"
        if private_apt update && (cd "$scratch" &&
            private_apt download libyyjson0 libyyjson-dev); then
            apt_install "$scratch"/libyyjson*.deb
            as_root rm -r -f "$scratch"
            trap - EXIT
            return
        fi
        say "no libyyjson-dev from $mirror"
    done
    die "install yyjson 0.8 or newer yourself, with its yyjson.pc"
}

# Install the packages named, or say which to install and stop.
install_packages() {
    [ $# -gt 0 ] || return 0
    may_install || list_packages "$@"

    say "installing: $*"
    updated=no
    if ! are_offered "$@"; then
        apt_update
        updated=yes
    fi
    plain=
    yyjson=
    for package; do
        if [ "$package" = libyyjson-dev ] && is_debian_12 &&
            ! is_offered "$package"; then
            yyjson=$package
        else
            plain="$plain $package"
        fi
    done

    # shellcheck disable=SC2086 # a list of words
    if [ -n "$plain" ] && ! apt_install $plain; then
        [ "$updated" = no ] || die "apt could not install:$plain"
        apt_update
        apt_install $plain || die "apt could not install:$plain"
    fi
    if [ -n "$yyjson" ]; then
        install_yyjson_of_debian_13
    fi
}

# --- building ---------------------------------------------------------------

bootstrap() {
    # shellcheck disable=SC2086 # a list of words
    missing=$(missing_of $bootstrap_packages)
    [ -z "$missing" ] ||
        die "cannot make ./configure without: $missing (Debian's names)"
    autoreconf --install >&2
    touch configure
}

# Whether $1 is there and none of the other files is newer.
is_current() {
    made=$1
    shift
    [ -f "$made" ] && [ -z "$(find "$@" -newer "$made")" ]
}

configure_build() {
    [ ! -f config.status ] ||
        die "configured in this folder; run 'make distclean' here first"
    if ! is_current configure configure.ac m4/gg.m4 ||
        [ ! -f Makefile.in ]; then
        bootstrap
    fi
    if [ "$1" = anew ] || ! is_current build/config.status configure ||
        [ ! -f build/Makefile ]; then
        say "configuring in build/"
        mkdir -p build
        (cd build && ../configure --quiet >&2)
    fi
}

# Whether build/ was configured when check was not there, and now it is.
lacks_unit_tests() {
    [ -f build/Makefile ] && grep -q '^HAVE_CHECK_TRUE = #' build/Makefile &&
        has check
}

make_targets() {
    wanted=$build_packages
    how=once
    case " $* " in
    *check*)
        wanted="$wanted $test_packages"
        if lacks_unit_tests; then
            how=anew
        fi
        ;;
    esac

    # shellcheck disable=SC2046,SC2086 # lists of words
    missing=$(missing_of $wanted)
    if [ -n "$missing" ]; then
        # shellcheck disable=SC2086 # a list of words
        install_packages $missing
        how=anew
        # shellcheck disable=SC2086 # a list of words
        missing=$(missing_of $wanted)
        [ -z "$missing" ] || die "still missing: $missing"
    fi

    configure_build "$how"
    jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || jobs=1
    exec "${MAKE:-make}" -C build --no-print-directory -j"$jobs" "$@"
}

case ${1:-} in
'')
    bootstrap
    say "now ./configure and make; or let './autogen.sh TARGET' do it (--help)"
    ;;
-h | --help)
    usage
    ;;
--packages)
    shift
    # shellcheck disable=SC2046,SC2086 # lists of words
    install_packages $(missing_of $build_packages $test_packages "$@")
    ;;
-*)
    usage >&2
    exit 2
    ;;
*)
    make_targets "$@"
    ;;
esac
