#!/bin/sh
# What `make install` put in place works from there: the program with the
# policies it finds by itself, and the Lua module.  `make installcheck` runs it,
# before tests/embed; under DESTDIR, here $stage, what only works in its final
# place is left out.
. "$srcdir/tests/tap.sh"

scratch=$(mktemp -d) || exit 99
trap 'rm -r "$scratch"' EXIT
cd "$scratch" || exit 99
LUA_CPATH="$stage$luaexecdir/?.so"
export LUA_CPATH
unset GRANTGATE_CLIENT_ID GRANTGATE_REDIRECT_URI GRANTGATE_REGION \
    GRANTGATE_API_URL LUA_INIT LUA_INIT_5_4 LUA_CPATH_5_4

says_version() {
    "$GRANTGATE" --version | grep '^grantgate [0-9]'
}

evaluates() {
    "$GRANTGATE" eval --now 2026-08-01T10:00:00Z \
        --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/callback \
        "$srcdir/examples/grants.ndjson" >records &&
        grep '"action":"reauth"' records >found
}

loads_module() {
    env LD_PRELOAD="$sanitize_preload" "$LUA" -e \
        'local grantgate = require "grantgate"
        assert(type(grantgate.auth_url) == "function")'
}

claim "the program says its version" says_version
if [ -z "$stage" ]; then
    claim "the program finds the installed policies" evaluates
fi
if [ -n "$LUA" ]; then
    claim "plain Lua loads the module" loads_module
else
    skip "plain Lua loads the module" "no lua5.4"
fi
done_testing
