/* SPDX-License-Identifier: MIT */
/* escape.c - foreign text, made harmless for terminals and for JSON. */
#include "cli.h"

#include <string.h>

#define PIECE_BYTES 512

/*
 * Read one character of UTF-8.  Returns its length, or 0 if the bytes at
 * @text are no well-formed character; the NUL counts as malformed.
 */
static size_t decode(const char *text, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t low; /* the least code that needs this many bytes */
    size_t len;
    size_t i;

    if (p[0] == 0)
        return 0;
    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }
    if ((p[0] & 0xe0) == 0xc0) {
        len = 2;
        low = 0x80;
    } else if ((p[0] & 0xf0) == 0xe0) {
        len = 3;
        low = 0x800;
    } else if ((p[0] & 0xf8) == 0xf0) {
        len = 4;
        low = 0x10000;
    } else {
        return 0;
    }

    *code = p[0] & (0x7fU >> len);
    for (i = 1; i < len; i++) { /* a NUL is no continuation: never past it */
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (p[i] & 0x3fU);
    }
    if (*code < low || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return len;
}

/* Control characters, line breaks, and what reorders text. */
static int steers(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
           (code >= 0x200e && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

const char *escape_terminal(char *out, size_t size, const char *text)
{
    size_t at = 0;

    while (*text) {
        uint32_t code = 0;
        size_t len = decode(text, &code);
        int is_clean = len > 0 && !steers(code);
        size_t i;

        if (len == 0)
            len = 1;
        if (at + len * (is_clean ? 1 : 4) + 1 > size)
            break;
        for (i = 0; i < len; i++) {
            if (is_clean)
                out[at++] = text[i];
            else
                at += (size_t)snprintf(out + at, 5, "\\x%02X",
                                       (unsigned char)text[i]);
        }
        text += len;
    }
    out[at] = '\0';
    return out;
}

void escape_json(FILE *stream, const char *text)
{
    fputc('"', stream);
    while (*text) {
        uint32_t code = 0;
        size_t len = decode(text, &code);

        if (len == 0)
            fputs("\xEF\xBF\xBD", stream);
        else if (code == '"' || code == '\\')
            fprintf(stream, "\\%c", (int)code);
        else if (code < 0x20 || code == 0x7f)
            fprintf(stream, "\\u%04x", (unsigned)code);
        else
            fwrite(text, 1, len, stream);
        text += len > 0 ? len : 1;
    }
    fputc('"', stream);
}

/* Take the next piece of *@text, whole characters, and make it harmless. */
static const char *next_piece(const char **text, char *out, size_t size)
{
    char piece[PIECE_BYTES];
    size_t len = strlen(*text);
    size_t n = len < sizeof(piece) ? len : sizeof(piece) - 1;

    while (n < len && n > 1 && ((unsigned char)(*text)[n] & 0xc0) == 0x80)
        n--;
    memcpy(piece, *text, n);
    piece[n] = '\0';
    *text += n;
    return escape_terminal(out, size, piece);
}

void escape_long(FILE *stream, const char *text)
{
    char clean[PIECE_BYTES * 4];

    while (*text)
        fputs(next_piece(&text, clean, sizeof(clean)), stream);
}

void escape_xml(FILE *stream, const char *text)
{
    char clean[PIECE_BYTES * 4];
    const char *p;

    while (*text) {
        for (p = next_piece(&text, clean, sizeof(clean)); *p; p++) {
            if (strchr("<>&\"'", *p))
                fprintf(stream, "&#%d;", *p);
            else
                fputc(*p, stream);
        }
    }
}
