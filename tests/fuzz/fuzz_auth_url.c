/* SPDX-License-Identifier: MIT */
/* fuzz_auth_url.c - fields of a sign-in: a URL that says just them, or an
 * error and no URL. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES 16

/* In the order of the URL. */
static const char *const params[] = {"client_id",
                                     "redirect_uri",
                                     "response_type",
                                     "provider",
                                     "options",
                                     "access_type",
                                     "scope",
                                     "prompt",
                                     "state",
                                     "login_hint",
                                     "include_grant_scopes",
                                     "credential_id",
                                     "code_challenge",
                                     "code_challenge_method",
                                     NULL};

struct lists {
    const char *entries[GGP_CONNECT_NFIELDS][MAX_ENTRIES + 1];
};

/* --- the request --- */

static void read_list(const struct fuzz_lines *lines, const char *name,
                      const char **entries)
{
    size_t n = 0;
    size_t i;

    for (i = 0; i < lines->n && n < MAX_ENTRIES; i++) {
        if (strcmp(lines->names[i], name) == 0)
            entries[n++] = lines->values[i];
    }
    entries[n] = NULL;
}

static enum gg_choice choice_of(const char *text)
{
    if (!text)
        return GG_UNSET;
    return text[0] == 'y' ? GG_YES : GG_NO;
}

/* Each line sets the field of its name; those of a list add to it. */
static void read_request(struct gg_auth_request *request, struct lists *lists,
                         const struct fuzz_lines *lines)
{
    int i;

    for (i = 0; i < GGP_CONNECT_NFIELDS; i++) {
        const char *name = ggp_connect_info[i].name;
        const char *value = fuzz_lines_find(lines, name);
        void *member = ggp_connect_member(&request->connect, i);

        if (ggp_connect_info[i].kind == GGP_CHOICE) {
            *(enum gg_choice *)member = choice_of(value);
        } else if (ggp_connect_info[i].kind == GGP_STRING) {
            *(const char **)member = value;
        } else {
            read_list(lines, name, lists->entries[i]);
            *(const char *const **)member = value ? lists->entries[i] : NULL;
        }
    }
    request->provider = fuzz_lines_find(lines, "provider");
    request->api_url = fuzz_lines_find(lines, "api_url");
    request->code_challenge = fuzz_lines_find(lines, "code_challenge");
}

/* --- the URL, read back --- */

static int hex_value(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Add the @len escaped bytes at @at to @buf as they were. */
static void unescape(struct ggp_buf *buf, const char *at, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (at[i] == '%') {
            require(i + 2 < len && hex_value(at[i + 1]) >= 0 &&
                        hex_value(at[i + 2]) >= 0,
                    "an escape has two digits", at);
            ggp_buf_char(
                buf, (char)(hex_value(at[i + 1]) * 16 + hex_value(at[i + 2])));
            i += 2;
        } else {
            require(strspn(at + i, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"
                                   "0123456789-._~") > 0,
                    "all but unreserved bytes are escaped", at + i);
            ggp_buf_char(buf, at[i]);
        }
    }
}

static void add_joined(struct ggp_buf *buf, const char *const *list,
                       const char *separator)
{
    for (; list && *list; list++) {
        if (buf->len > 0)
            ggp_buf_string(buf, separator);
        ggp_buf_string(buf, *list);
    }
}

/* What the request says of @param: 0 if nothing. */
static int wanted(const struct gg_auth_request *request, const char *param,
                  struct ggp_buf *buf)
{
    const struct gg_connect *connect = &request->connect;
    int field = ggp_connect_find(param, strlen(param));
    const char *text = NULL;

    if (strcmp(param, "options") == 0) {
        if (connect->smtp_required == GG_YES)
            ggp_buf_string(buf, "smtp_required");
        add_joined(buf, connect->options, ",");
        return buf->len > 0;
    }
    if (strcmp(param, "scope") == 0) {
        add_joined(buf, connect->scope, " ");
        return connect->scope && connect->scope[0];
    }
    if (strcmp(param, "include_grant_scopes") == 0)
        text = connect->include_grant_scopes == GG_YES  ? "true"
               : connect->include_grant_scopes == GG_NO ? "false"
                                                        : NULL;
    else if (field >= 0)
        text = *(const char *const *)ggp_connect_const(connect, field);
    else if (strcmp(param, "response_type") == 0)
        text = "code";
    else if (strcmp(param, "provider") == 0)
        text = request->provider;
    else if (strcmp(param, "code_challenge") == 0)
        text = request->code_challenge;
    else if (request->code_challenge)
        text = "S256";
    if (text)
        ggp_buf_string(buf, text);
    return text != NULL;
}

/* The query names each field that is set, in turn, and nothing else. */
static void require_query(const struct gg_auth_request *request,
                          const char *query)
{
    const char *const *param;
    char separator = '?';

    for (param = params; *param; param++) {
        size_t name_len = strlen(*param);
        struct ggp_buf value = {0};
        struct ggp_buf shown = {0};

        if (wanted(request, *param, &value)) {
            size_t len;

            require(*query == separator &&
                        strncmp(query + 1, *param, name_len) == 0 &&
                        query[1 + name_len] == '=',
                    "the query says the fields in turn", query);
            query += name_len + 2;
            len = strcspn(query, "&");
            unescape(&shown, query, len);
            require(shown.len == value.len &&
                        (value.len == 0 ||
                         memcmp(shown.bytes, value.bytes, value.len) == 0),
                    "a field comes back", *param);
            query += len;
            separator = '&';
        }
        ggp_buf_free(&value);
        ggp_buf_free(&shown);
    }
    require(*query == '\0', "the query says nothing more", query);
}

/* @url begins with the address of the API, and goes on with its page. */
static int leads_to_api(const struct gg_auth_request *request, const char *url)
{
    static const char us[] = "https://api.us.nylas.com";
    static const char eu[] = "https://api.eu.nylas.com";
    const char *region = request->connect.region;
    const char *base = request->api_url;
    size_t len;

    if (!base)
        base = region && strcmp(region, "eu") == 0 ? eu : us;
    len = strlen(base);
    if (base[len - 1] == '/')
        len--;
    return strncmp(url, base, len) == 0 &&
           strncmp(url + len, "/v3/connect/auth?", 17) == 0;
}

static void require_url(const struct gg_auth_request *request, const char *url)
{
    const char *query = strchr(url, '?');
    size_t i;

    require(strlen(url) <= GGP_URL_MAX, "a URL has at most 8 KiB", url);
    for (i = 0; url[i] != '\0'; i++)
        require(url[i] > ' ' && url[i] <= '~' && !strchr("\"<>\\^`{|}", url[i]),
                "a URL is of allowed bytes", url);
    require(leads_to_api(request, url), "a URL leads to the API", url);
    require(query != NULL && !strchr(url, '#'), "a URL has a query", url);
    require_query(request, query);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct gg_auth_request request = {{0}, NULL, NULL, NULL};
    char untouched[] = "untouched";
    struct lists lists;
    struct fuzz_lines lines;
    struct gg_error err;
    char *url = untouched;
    gg_status status;

    fuzz_lines_read(&lines, bytes, len);
    read_request(&request, &lists, &lines);
    status = gg_auth_url(&request, &url, &err);
    if (status == GG_OK) {
        require_url(&request, url);
        gg_free(url);
    } else {
        require(status == GG_EINVAL || status == GG_EOUTPUT,
                "what does not fit is an error", err.message);
        require_error(status, &err);
        require(url == untouched && strcmp(url, "untouched") == 0,
                "without a URL nothing is written", NULL);
    }
    fuzz_lines_free(&lines);
    return 0;
}
