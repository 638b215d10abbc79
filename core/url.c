/* SPDX-License-Identifier: MIT */
/*
 * url.c - the parts that URLs of the API are put together from.
 *
 * Every value is escaped but for the unreserved characters of RFC 3986: no
 * known client of the API escapes less without some server objecting.
 */
#include "private.h"

#include <string.h>

static int is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static int is_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

/* It is copied as it is, and a URL is ASCII. */
gg_status ggp_url_check_api(const char *api_url, struct gg_error *err)
{
    if (!ggp_is_web_url(api_url) || strpbrk(api_url, "?#") ||
        !is_ascii(api_url))
        return ggp_fail(err, GG_EINVAL,
                        "api_url must be https://\xe2\x80\xa6, or "
                        "http://\xe2\x80\xa6 to localhost, 127.0.0.1 or "
                        "[::1], in ASCII, without user name, query or "
                        "fragment");
    return GG_OK;
}

void ggp_url_base(struct ggp_buf *buf, const char *api_url, const char *region)
{
    size_t len;

    if (!api_url) {
        ggp_buf_string(buf, "https://api.");
        ggp_buf_string(buf, region ? region : "us");
        ggp_buf_string(buf, ".nylas.com");
        return;
    }
    len = strlen(api_url);
    if (api_url[len - 1] == '/')
        len--;
    ggp_buf_add(buf, api_url, len);
}

void ggp_url_escaped(struct ggp_buf *buf, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";

    while (*text) {
        unsigned char byte = (unsigned char)*text;
        char escape[3] = {'%', hex[byte >> 4], hex[byte & 15]};
        size_t run = 0;

        while (is_unreserved(text[run]))
            run++;
        if (run == 0)
            ggp_buf_add(buf, escape, sizeof(escape));
        else
            ggp_buf_add(buf, text, run);
        text += run > 0 ? run : 1;
    }
}

void ggp_url_name(struct ggp_buf *buf, const char *name)
{
    ggp_buf_char(buf, '&');
    ggp_buf_string(buf, name);
    ggp_buf_char(buf, '=');
}

void ggp_url_param(struct ggp_buf *buf, const char *name, const char *value)
{
    if (!value)
        return;
    ggp_url_name(buf, name);
    ggp_url_escaped(buf, value);
}
