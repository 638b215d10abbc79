#!/bin/sh
# What the README tells people to paste works as it stands.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"
. "$srcdir/tests/cli/nylas.sh"

# The shell code under the comment that names this file.
sed -n '/tests\/cli\/readme\.sh runs/,/^```$/{/^```/d;/^<!--/d;p;}' \
    "$srcdir/README.md" >pasted

# A clone of the project after `./autogen.sh all`, as far as it is named.
ln -s "$builddir" build
ln -s "$examples" examples
ln -s "$shipped" policies

# Another port, for the one in the README may be taken; and an end.
tries_without_an_account() {
    counts 8025 pasted 2 || return 1
    sed "s/8025/$((20000 + $$ % 20000))/" pasted >pasted.sh
    echo 'kill $!' >>pasted.sh
    status=0
    sh pasted.sh >out 2>err || status=$?
    ends 0 && counts '"action":' out "$(grep -c . examples/grants.ndjson)" &&
        counts '"action":"error"' out 0
}

claim "fetch | eval against the stand-in" tries_without_an_account
done_testing
