#!/bin/sh
# What is left to a process that gave up all it could.
scratch=$(mktemp -d) || exit 99
trap 'rm -r -f "$scratch"' EXIT
cd "$scratch" || exit 99

mkdir out set
for file in input outside shared set/plain; do
    echo "$file" >"$file"
done
ln -s ../shared set/link
"$builddir/tests/cli/lockdown_probe" </dev/null
