#!/bin/sh
# What `make install` put in place works from there: the program with the
# policies it finds by itself, the library through pkg-config, the Lua module.
# `make installcheck` runs it; under DESTDIR, what only works in its final
# place is left out.
. "$srcdir/tests/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT
cd "$scratch" || exit 99
LD_LIBRARY_PATH=$DESTDIR$libdir
PKG_CONFIG_PATH=$DESTDIR$pkgconfigdir
LUA_CPATH="$DESTDIR$luaexecdir/?.so"
export LD_LIBRARY_PATH PKG_CONFIG_PATH LUA_CPATH
unset GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI GRANTGATE_REGION \
    GRANTGATE_API_URL LUA_INIT LUA_INIT_5_4 LUA_CPATH_5_4

says_version() {
    "$DESTDIR$bindir/grantgate" --version | grep '^grantgate [0-9]'
}

evaluates() {
    "$DESTDIR$bindir/grantgate" eval --now 2026-08-01T10:00:00Z \
        --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback \
        "$srcdir/examples/grants.ndjson" >records &&
        grep '"action":"reauth"' records >found
}

embeds() {
    {
        echo '#include <grantgate.h>'
        echo 'int main(void) { return !gg_status_token(GG_OK); }'
    } >host.c
    # shellcheck disable=SC2046,SC2086 # words, not one word
    $CC -std=c17 $sanitize_flags host.c -o host \
        $(pkg-config --cflags --libs grantgate) && ./host
}

loads_module() {
    env LD_PRELOAD="$sanitize_preload" "$LUA" -e \
        'local grantgate = require "grantgate"
        assert(type(grantgate.auth_url) == "function")'
}

claim "the program says its version" says_version
if [ -z "$DESTDIR" ]; then
    claim "the program finds the installed policies" evaluates
    claim "a C host builds and runs through pkg-config" embeds
fi
if [ -n "$LUA" ]; then
    claim "plain Lua loads the module" loads_module
else
    skip "plain Lua loads the module" "no lua5.4"
fi
done_testing
