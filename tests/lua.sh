#!/bin/sh
# lua.sh FILE - run a Lua test against the module just built.
if [ -z "$LUA" ] ||
    ! "$LUA" -e 'os.exit(_VERSION == "Lua 5.4")' 2>/dev/null; then
    echo "1..0 # SKIP no lua5.4 program"
    exit 0
fi

# A sanitized module needs the runtime that lua5.4 itself does not bring.  Lua
# unloads it at its end, and then it crashes the search for leaks now and then.
if [ -n "$sanitize_preload" ]; then
    ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
    export ASAN_OPTIONS
    exec env LD_PRELOAD="$sanitize_preload" "$LUA" "$@"
fi
exec "$LUA" "$@"
