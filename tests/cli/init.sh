#!/bin/sh
# grantgate init: a policy folder to start from.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

starter=$srcdir/examples/starter

writes_the_set() {
    run init rules
    ends 0 && is_empty err && records "wrote rules/default.lua" &&
        records "grantgate test rules" || return 1
    diff -r "$starter" rules >differences
    [ "$(cat differences)" = "Only in rules: .luarc.json" ] ||
        { cat differences; return 1; }
}

passes() {
    run test --threshold 100 rules
    ends 0 && ! grep '^not ok' out && counts ok out 11
}

# Nothing but what is said beforehand: init, test, eval.
is_found() {
    mkdir -p app && cd app || return 1
    run init policies
    ends 0 && run test && ends 0 && counts ok out 11 || return 1
    echo '{"id":"g","provider":"google"}' >grants.ndjson
    run eval grants.ndjson
    ends 0 && records '"action":"accept","reason":"can_send"'
    cd ..
}

knows_editors() {
    reads '
        local text = assert(io.open("rules/.luarc.json")):read("a")
        local editor = json.decode(text)
        assert(editor["runtime.version"] == "Lua 5.4")
        assert(editor["runtime.builtin"].io == "disable")
        local folder = editor["workspace.library"][1]
        assert(folder:find("/grantgate/lua$"), folder)'
}

claim "writes a set, as it is in the examples" writes_the_set
claim "whose tests pass and reach every rule" passes
claim "which test and eval find when it is called policies" is_found
claim_lua "and a .luarc.json that leads to the annotations" knows_editors

takes_an_empty_folder() {
    mkdir empty
    run init empty/
    ends 0 && [ -f empty/tenants/acme.lua ]
}

leaves_what_is_there() {
    mkdir full && echo mine >full/default.lua
    refused "full is not empty: name a folder that is not there yet" \
        init full && [ "$(cat full/default.lua)" = mine ] &&
        [ "$(ls -A full)" = default.lua ]
    mkdir hidden && echo mine >hidden/.keep
    refused "hidden is not empty" init hidden
}

no_folder() {
    echo >file
    refused "cannot open file" init file
}

claim "takes an empty folder" takes_an_empty_folder
claim "leaves a folder alone that is not empty" leaves_what_is_there
claim "refuses a file" no_folder
claim "refuses a folder in a folder that is not there" refused \
    "cannot make no/such: No such file" init no/such
claim "refuses to guess the name" refused "name one folder" init
claim "refuses two folders" refused "name one folder" init a b

harmless() {
    run init "$(printf 'a\033[31mb')"
    ends 0 && records 'wrote a\x1B[31mb/default.lua' &&
        ! grep "$(printf '\033')" out
}

claim "no name steers a terminal" harmless
done_testing
