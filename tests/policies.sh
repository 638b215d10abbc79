#!/bin/sh
# The tests of the policies that ship, as their users run them.
exec "$GRANTGATE" test "$srcdir/policies"
