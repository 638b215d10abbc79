#!/bin/sh
# docs/getting-started.md, replayed: its commands print what it says, to the
# letter.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

guide=$srcdir/docs/getting-started.md

# transcript: what its blocks of a terminal show.
transcript() {
    awk '/^```console$/ { shown = 1; next }
        /^```$/ { shown = 0 }
        shown' "$guide"
}

# script: what does as the guide does, and shows the same.  "> " continues a
# command, as a shell prompts for it; a block of Lua is the file that its first
# line names.
script() {
    awk -v quote="'" '
    function show(text) {
        gsub(quote, quote "\\" quote quote, text)
        shown = shown "printf " quote "%s\\n" quote " " quote text quote "\n"
    }

    function run() {
        printf "%s%s", shown, command
        shown = command = ""
    }

    /^```console$/ { kind = "console"; next }
    /^```lua$/ { kind = "lua"; opens = 1; next }
    /^```/ {
        run()
        if (kind == "lua")
            print "END_OF_BLOCK"
        kind = ""
    }

    kind == "console" && /^\$ / {
        run()
        show($0)
        command = substr($0, 3) "\n"
    }

    kind == "console" && /^> / {
        show($0)
        command = command substr($0, 3) "\n"
    }

    kind == "lua" {
        if (opens)
            print "cat >" $2 " <<" quote "END_OF_BLOCK" quote
        opens = 0
        print
    }' "$guide"
}

replays() {
    script >script.sh && transcript >expected || return 1
    [ "$(grep -c '^\$ ' expected)" -ge 9 ] || return 1
    mkdir folder && cd folder || return 1
    PATH=$(dirname "$GRANTGATE"):$PATH sh ../script.sh >../actual 2>&1
    cd ..
    diff expected actual
}

claim "from init to a changed decision, as the guide shows it" replays
done_testing
