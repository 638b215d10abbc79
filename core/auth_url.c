/* SPDX-License-Identifier: MIT */
/*
 * auth_url.c - the URL a browser visits to create or renew a grant.
 *
 * The order of the parameters is fixed: the documented examples first, then
 * the rest.  The same request yields the same bytes on every machine, so
 * URLs can be compared and cached.
 */
#include "private.h"

#include <string.h>

#define CHALLENGE_LEN 86

static int is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* --- checks --------------------------------------------------------------- */

int ggp_provider_is_hosted(struct ggp_text provider)
{
    return !ggp_text_is(provider, "nylas") && !ggp_text_is(provider, "inbox") &&
           !ggp_text_is(provider, "virtual-calendar");
}

/* One provider, or several with commas between. */
static gg_status check_provider(const char *provider, struct gg_error *err)
{
    const char *at = provider;

    while (at) {
        const char *comma = strchr(at, ',');
        struct ggp_text part = {at, comma ? (size_t)(comma - at) : strlen(at)};

        if (!ggp_is_provider(part.at, part.len))
            return ggp_fail(err, GG_EINVAL,
                            "provider must be [a-z0-9][a-z0-9-]{0,31}, or "
                            "several of them with commas between");
        if (!ggp_provider_is_hosted(part))
            return ggp_fail(err, GG_EINVAL,
                            "provider %.*s has no hosted sign-in",
                            (int)part.len, part.at);
        at = comma ? comma + 1 : NULL;
    }
    return GG_OK;
}

static gg_status check_challenge(const char *challenge, struct gg_error *err)
{
    size_t len = 0;

    while (challenge && is_letter_or_digit(challenge[len]))
        len++;
    if (challenge && (len != CHALLENGE_LEN || challenge[len] != '\0'))
        return ggp_fail(err, GG_EINVAL,
                        "code_challenge must be 86 letters and digits, as "
                        "gg_pkce_challenge() computes it");
    return GG_OK;
}

static gg_status check(const struct gg_auth_request *request,
                       struct gg_error *err)
{
    gg_status status = GG_OK;
    int i;

    if (!request->connect.client_id)
        return ggp_fail(err, GG_EINVAL, "client_id is required");
    if (!request->connect.redirect_uri)
        return ggp_fail(err, GG_EINVAL, "redirect_uri is required");
    for (i = 0; status == GG_OK && i < GGP_CONNECT_NFIELDS; i++)
        status = ggp_connect_check(&request->connect, i, err);
    if (status == GG_OK)
        status = check_provider(request->provider, err);
    if (status == GG_OK)
        status = check_challenge(request->code_challenge, err);
    if (status == GG_OK && request->api_url)
        status = ggp_url_check_api(request->api_url, err);
    return status;
}

/* --- writing -------------------------------------------------------------- */

/* Add @first, unless NULL, and the entries of @list, unless NULL, with
 * @separator between; nothing if there are none. */
static void add_list(struct ggp_buf *buf, const char *name, const char *first,
                     const char *const *list, const char *separator)
{
    int is_begun = first != NULL;

    ggp_url_param(buf, name, first);
    for (; list && *list; list++) {
        if (is_begun)
            ggp_url_escaped(buf, separator);
        else
            ggp_url_name(buf, name);
        is_begun = 1;
        ggp_url_escaped(buf, *list);
    }
}

static const char *choice_text(enum gg_choice choice)
{
    if (choice == GG_UNSET)
        return NULL;
    return choice == GG_YES ? "true" : "false";
}

static void add_url(struct ggp_buf *buf, const struct gg_auth_request *request)
{
    const struct gg_connect *connect = &request->connect;

    ggp_url_base(buf, request->api_url, connect->region);
    ggp_buf_string(buf, "/v3/connect/auth?client_id=");
    ggp_url_escaped(buf, connect->client_id);
    ggp_url_param(buf, "redirect_uri", connect->redirect_uri);
    ggp_url_param(buf, "response_type", "code");
    ggp_url_param(buf, "provider", request->provider);
    add_list(buf, "options",
             connect->smtp_required == GG_YES ? "smtp_required" : NULL,
             connect->options, ",");
    ggp_url_param(buf, "access_type", connect->access_type);
    add_list(buf, "scope", NULL, connect->scope, " ");
    ggp_url_param(buf, "prompt", connect->prompt);
    ggp_url_param(buf, "state", connect->state);
    ggp_url_param(buf, "login_hint", connect->login_hint);
    ggp_url_param(buf, "include_grant_scopes",
                  choice_text(connect->include_grant_scopes));
    ggp_url_param(buf, "credential_id", connect->credential_id);
    ggp_url_param(buf, "code_challenge", request->code_challenge);
    if (request->code_challenge)
        ggp_url_param(buf, "code_challenge_method", "S256");
}

gg_status ggp_auth_url_write(const struct gg_auth_request *request,
                             struct ggp_buf *buf, struct gg_error *err)
{
    size_t start = buf->len;
    gg_status status = check(request, err);

    if (status != GG_OK)
        return status;
    add_url(buf, request);
    if (buf->failed == GG_OK && buf->len - start <= GGP_URL_MAX)
        return GG_OK;
    buf->len = start;
    if (buf->failed == GG_ENOMEM)
        return ggp_fail(err, GG_ENOMEM, "out of memory for the URL");
    return ggp_fail(err, GG_EOUTPUT, "the URL is over %d bytes", GGP_URL_MAX);
}

gg_status gg_auth_url(const struct gg_auth_request *request, char **url,
                      struct gg_error *err)
{
    struct ggp_buf buf = {0};
    gg_status status;
    char *text;

    if (!request || !url)
        return ggp_fail(err, GG_EINVAL, "request and url are required");
    status = ggp_auth_url_write(request, &buf, err);
    if (status != GG_OK) {
        ggp_buf_free(&buf);
        return status;
    }
    text = ggp_buf_take(&buf);
    if (!text)
        return ggp_fail(err, GG_ENOMEM, "out of memory for the URL");
    *url = text;
    return GG_OK;
}
