#!/bin/sh
# What the library does not do to the process it lives in, by the symbols that
# its objects need: the libraries below it are not looked into.
. "$srcdir/tests/tap.sh"

# needs PATTERN: the undefined symbols of core and bindings that match all of
# PATTERN, however the C library calls its checked variants.
needs() {
    $NM -A -g "$builddir"/core/.libs/*.o "$builddir"/bindings/.libs/*.o |
        awk '$(NF - 1) ~ /^[Uw]$/ { print $1, $NF }' |
        sed 's/@.*//; s/ __\(.*\)_chk$/ \1/' |
        grep -E " ($1)\$"
}

# What a claim would be worth if the pattern could match nothing.
sees_symbols() {
    needs 'malloc|strlen' >/dev/null && needs 'v?snprintf' >/dev/null
}

claim "the symbols that its objects need are seen" sees_symbols
claim "the library reads no environment" \
    nothing needs 'getenv|secure_getenv|environ|setenv|putenv|unsetenv'
claim "it leaves the locale of the process alone" nothing needs 'setlocale'
claim "it ends nobody" \
    nothing needs 'exit|_exit|_Exit|quick_exit|abort|raise|kill|assert_fail'
claim "it handles no signals" \
    nothing needs 'signal|bsd_signal|sigaction|sigprocmask|alarm|setitimer'
claim "it writes to no standard stream" \
    nothing needs 'stdin|stdout|stderr|v?f?printf|dprintf|f?puts|f?putc|putchar|perror|fwrite|write|syslog'
claim "it starts no process" \
    nothing needs 'v?fork|exec[a-z]*|posix_spawnp?|system|popen'
claim "it asks for no user's names, folders or terminals" \
    nothing needs 'getpw[a-z_]*|getlogin|isatty|getcwd|chdir|umask'
done_testing
