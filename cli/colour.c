/* SPDX-License-Identifier: MIT */
/* colour.c - whether a stream is a terminal that wants more than letters. */
#include "show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int colour_is_welcome(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(fileno(stream)) && !(no_color && *no_color) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}
