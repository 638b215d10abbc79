/* SPDX-License-Identifier: MIT */
/*
 * smtp.c - whether a grant holds what it takes to send: the verdict.
 *
 * Absence of evidence is not evidence: most answers of the API carry no
 * settings, and then the verdict is "unknown", on which nothing is done.
 * Nylas' hosted page leaves blank fields as "" or null, hence the care about
 * what counts as absent.
 */
#include "private.h"

#include <string.h>

/* What the API says when a send fails for want of SMTP settings. */
#define SEND_ERROR "grant is missing imap"

/* What Nylas has.  All but the first send without SMTP settings. */
#define NAME(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }
static const struct ggp_text providers[] = {
    NAME("imap"),  NAME("google"), NAME("microsoft"), NAME("icloud"),
    NAME("yahoo"), NAME("ews"),    NAME("zoom"),      NAME("virtual-calendar"),
    NAME("nylas"), NAME("inbox"),
};
#undef NAME

#define NPROVIDERS (sizeof(providers) / sizeof(providers[0]))

/* Whether @text holds @needle, which is in lower case, in any case. */
static int holds(struct ggp_text text, const char *needle)
{
    size_t needed = strlen(needle);
    size_t i;

    for (i = 0; i + needed <= text.len; i++) {
        size_t n = 0;

        while (n < needed) {
            char c = text.at[i + n];

            if (c >= 'A' && c <= 'Z')
                c = (char)(c - 'A' + 'a');
            if (c != needle[n])
                break;
            n++;
        }
        if (n == needed)
            return 1;
    }
    return 0;
}

static int is_send_error(const struct ggp_grant *grant)
{
    const struct ggp_facts *facts = &grant->facts;

    if (!facts->send_error.at || !holds(facts->send_error, SEND_ERROR))
        return 0;
    if (!facts->has_send_error_at)
        return 1;
    if (grant->has_updated_at && facts->send_error_at < grant->updated_at)
        return 0; /* the owner has signed in since */
    return !facts->has_sent_at || facts->send_error_at >= facts->sent_at;
}

static int has_sent(const struct ggp_grant *grant)
{
    if (!grant->facts.has_sent_at)
        return 0;
    return !grant->has_updated_at || grant->facts.sent_at >= grant->updated_at;
}

static int is_blank_value(yyjson_val *value)
{
    if (yyjson_is_null(value))
        return 1;
    return yyjson_is_str(value) &&
           ggp_is_blank(yyjson_get_str(value), yyjson_get_len(value));
}

static int is_host(yyjson_val *value)
{
    return yyjson_is_str(value) && !is_blank_value(value);
}

static int is_port(yyjson_val *value)
{
    if (yyjson_is_uint(value))
        return yyjson_get_uint(value) >= 1 &&
               yyjson_get_uint(value) <= GGP_PORT_MAX;
    return ggp_is_port(yyjson_get_str(value), yyjson_get_len(value));
}

/*
 * What @settings lacks, in *@missing.  Returns 0, and lacks nothing, when it
 * names neither server nor user and so says nothing.
 */
static int weigh(yyjson_val *settings, unsigned *missing)
{
    yyjson_obj_iter iter = yyjson_obj_iter_with(settings);
    unsigned lacks = GG_MISSING_SMTP_HOST | GG_MISSING_SMTP_PORT;
    int speaks = 0;
    yyjson_val *key;

    while ((key = yyjson_obj_iter_next(&iter)) != NULL) {
        yyjson_val *value = yyjson_obj_iter_get_val(key);
        const char *name = yyjson_get_str(key);
        size_t len = yyjson_get_len(key);

        if (len < 5 ||
            (memcmp(name, "imap_", 5) != 0 && memcmp(name, "smtp_", 5) != 0))
            continue;
        speaks = 1;
        if (len == 9 && memcmp(name, "smtp_host", 9) == 0 && is_host(value))
            lacks &= ~(unsigned)GG_MISSING_SMTP_HOST;
        if (len == 9 && memcmp(name, "smtp_port", 9) == 0 && is_port(value))
            lacks &= ~(unsigned)GG_MISSING_SMTP_PORT;
        if (len == 13 && memcmp(name, "imap_username", 13) == 0 &&
            is_blank_value(value))
            lacks |= GG_MISSING_IMAP_USERNAME;
        if (len == 13 && memcmp(name, "imap_password", 13) == 0 &&
            is_blank_value(value))
            lacks |= GG_MISSING_IMAP_PASSWORD;
    }
    *missing = speaks ? lacks : 0;
    return speaks;
}

static void judge_imap(struct ggp_grant *grant)
{
    int speaks = weigh(grant->settings, &grant->missing);

    if (is_send_error(grant)) {
        grant->smtp = GG_SMTP_INCOMPLETE;
        grant->evidence = GG_EVIDENCE_SEND_ERROR;
    } else if (speaks) {
        grant->smtp = GG_SMTP_COMPLETE;
        if (grant->missing != 0)
            grant->smtp = GG_SMTP_INCOMPLETE;
        grant->evidence = GG_EVIDENCE_SETTINGS;
    } else if (has_sent(grant)) {
        grant->smtp = GG_SMTP_COMPLETE;
        grant->evidence = GG_EVIDENCE_SENT;
    }
}

void ggp_smtp_judge(struct ggp_grant *grant)
{
    size_t i;

    grant->smtp = GG_SMTP_UNKNOWN;
    grant->missing = 0;
    grant->evidence = GG_EVIDENCE_NONE;
    if (ggp_text_is(grant->provider, "imap")) {
        judge_imap(grant);
        return;
    }
    for (i = 1; i < NPROVIDERS; i++) {
        if (ggp_text_equals(grant->provider, providers[i])) {
            grant->smtp = GG_SMTP_NOT_APPLICABLE;
            grant->evidence = GG_EVIDENCE_PROVIDER;
            return;
        }
    }
}

/* --- names ---------------------------------------------------------------- */

const char *ggp_provider_name(size_t index)
{
    return index < NPROVIDERS ? providers[index].at : NULL;
}

const char *gg_smtp_name(enum gg_smtp smtp)
{
    switch (smtp) {
    case GG_SMTP_COMPLETE:
        return "complete";
    case GG_SMTP_INCOMPLETE:
        return "incomplete";
    case GG_SMTP_UNKNOWN:
        return "unknown";
    case GG_SMTP_NOT_APPLICABLE:
        return "not_applicable";
    default:
        return NULL;
    }
}

const char *gg_missing_name(unsigned missing)
{
    switch (missing) {
    case GG_MISSING_IMAP_USERNAME:
        return "imap_username";
    case GG_MISSING_IMAP_PASSWORD:
        return "imap_password";
    case GG_MISSING_SMTP_HOST:
        return "smtp_host";
    case GG_MISSING_SMTP_PORT:
        return "smtp_port";
    default:
        return NULL;
    }
}

const char *ggp_evidence_name(enum gg_evidence evidence)
{
    switch (evidence) {
    case GG_EVIDENCE_NONE:
        return "none";
    case GG_EVIDENCE_PROVIDER:
        return "provider";
    case GG_EVIDENCE_SEND_ERROR:
        return "send_error";
    case GG_EVIDENCE_SETTINGS:
        return "settings";
    case GG_EVIDENCE_SENT:
        return "sent";
    default:
        return NULL;
    }
}
