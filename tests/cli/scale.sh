#!/bin/sh
# What docs/scale.md says about many machines, done on this one.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

if ! parallel --version 2>/dev/null | grep -q '^GNU parallel'; then
    echo "1..0 # SKIP no GNU parallel here"
    exit 0
fi

# recipe N: the Nth block of shell in the document.
recipe() {
    awk -v wanted="$1" '
        /^```$/ { inside = 0 }
        inside && n == wanted
        /^```sh$/ { n++; inside = 1 }' "$srcdir/docs/scale.md"
}

follow() {
    status=0
    PARTS=5 MACHINES=machines NOW=$now HOME=$scratch \
        PATH=$(dirname "$GRANTGATE"):$PATH \
        sh -c "$(recipe "$1")" >out 2>err </dev/null || status=$?
}

cuts() {
    follow 1
    ends 0 && [ "$(cat parts/*.ndjson | cmp - grants.ndjson)" = "" ] &&
        [ "$(find parts -name '*.ndjson' | wc -l)" -eq 5 ]
}

# One part cannot be read to its end.
tells_what_failed() {
    mv parts/0002.ndjson kept
    gzip -c kept | head -c 1000 >parts/0002.ndjson
    follow 2
    ends 1 && [ "$(find records -name '*.ndjson' | wc -l)" -eq 4 ] &&
        [ ! -e records/0002.ndjson ]
}

does_only_that_again() {
    mv kept parts/0002.ndjson
    for part in 0 1 3 4; do
        mv "records/000$part.ndjson" "000$part"
    done
    follow 2
    ends 0 && [ "$(find records -name '*.ndjson')" = records/0002.ndjson ] ||
        return 1
    for part in 0 1 3 4; do
        mv "000$part" "records/000$part.ndjson"
    done
}

joins() {
    follow 3
    ends 0 || return 1
    sed 's/^{"line":[0-9]*,/{/' records.ndjson >found
    run eval -p policies --now "$now" --max-errors 100% grants.ndjson
    sed 's/^{"line":[0-9]*,/{/' out >wanted
    cmp found wanted
}

{
    grants 2000
    echo nonsense
    grants 2000
} >grants.ndjson
cp -R "$shipped" policies
echo : >machines
claim "cuts the input between lines" cuts
claim "tells that a part failed" tells_what_failed
claim "the same again does only that part" does_only_that_again
claim "joins the records in order" joins
done_testing
