#!/bin/sh
# The page of grantgate report, in a real browser.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

browser=$(command -v chromium || command -v chromium-browser) || {
    echo "1..0 # SKIP no chromium here"
    exit 0
}

cp "$goldens/report.ndjson" few.ndjson
run report few.ndjson -o page.html

# What the browser makes of the page, what it says meanwhile, and what it asks
# the network for; it never gets there.
timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic \
    --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$scratch/profile" \
    --host-resolver-rules='MAP * ~NOTFOUND' --enable-logging=stderr \
    --log-net-log="$scratch/net.json" --dump-dom "file://$scratch/page.html" \
    >dom.html 2>said || {
    echo "1..0 # SKIP chromium does not run here"
    exit 0
}

# After the style only: that the browser quotes as it likes.
body() {
    sed '1,/<\/style>/d' "$1"
}

# elements FILE: how many of each there are.
elements() {
    body "$1" | grep -o '<[a-z][a-z0-9]*' | sort | uniq -c
}

reads_what_was_written() {
    elements page.html >written
    elements dom.html >read
    [ -s written ] && diff written read
}

complains_of_nothing() {
    ! grep -e CONSOLE -e 'Content Security Policy' said
}

# A browser asks after its own updates whatever it is told.
asks_for_nothing() {
    [ -s net.json ] || return 1
    ! grep -o '"url":"[^"]*"' net.json |
        grep -vE '"url":"https?://[a-z0-9.]*\.(google|googleapis)\.com/'
}

# The same browser is heard, and what it asks for is seen, when a page is bad.
would_tell() {
    {
        cat page.html
        echo '<script>1</script><img src="https://tracker.example/x.png">'
    } >bad.html
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu \
        --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync \
        --user-data-dir="$scratch/profile" --enable-logging=stderr \
        --dump-dom "file://$scratch/bad.html" >bad.dom 2>bad.said
    counts CONSOLE bad.said 2
}

claim "the browser finds the elements that were written" reads_what_was_written
claim "nothing on its console" complains_of_nothing
claim "no request for anything" asks_for_nothing
claim "a script or an image would be refused, and told" would_tell
done_testing
