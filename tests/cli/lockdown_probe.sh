#!/bin/sh
# What is left to a process that gave up all it could.
exec "$builddir/tests/cli/lockdown_probe"
