/* SPDX-License-Identifier: MIT */
/* check_smtp.c - the verdict: one table, a row for each thing it turns on. */
#include "private.h"

#include "suites.h"

#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum {
    USER = GG_MISSING_IMAP_USERNAME,
    PASSWORD = GG_MISSING_IMAP_PASSWORD,
    HOST = GG_MISSING_SMTP_HOST,
    PORT = GG_MISSING_SMTP_PORT
};

#define GOOD   "\"smtp_host\":\"s.example\",\"smtp_port\":465"
#define FAILED "grant is missing imap username or password or smtphost"

/* An absent time in a row. */
#define NEVER (-1)

static const struct row {
    const char *provider;
    const char *settings; /* the members of the object; NULL: no settings */
    const char *send_error;
    int send_error_at;
    int sent_at;
    int updated_at;
    enum gg_smtp smtp;
    unsigned missing;
    enum gg_evidence evidence;
} rows[] = {
#define JUDGED(smtp, missing, evidence)                                        \
    GG_SMTP_##smtp, missing, GG_EVIDENCE_##evidence
#define NO_FACTS NULL, NEVER, NEVER, NEVER
    /* Providers that do not send over SMTP, whatever else is known. */
    {"google", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"microsoft", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"icloud", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"yahoo", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"ews", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"virtual-calendar", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"zoom", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"nylas", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"inbox", NULL, NO_FACTS, JUDGED(NOT_APPLICABLE, 0, PROVIDER)},
    {"google", "\"smtp_host\":\"\"", FAILED, 9, 9, 1,
     JUDGED(NOT_APPLICABLE, 0, PROVIDER)},

    /* Providers nobody has heard of. */
    {"imap2", NULL, NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"ima", NULL, NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap-x", GOOD, FAILED, 9, 9, 1, JUDGED(UNKNOWN, 0, NONE)},

    /* No evidence. */
    {"imap", NULL, NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "", NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "\"setting1\":\"value1\"", NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "\"imaphost\":\"x\"", NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "\"IMAP_HOST\":\"x\"", NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "\"imap\":\"x\",\"smtp\":1", NO_FACTS, JUDGED(UNKNOWN, 0, NONE)},

    /* Settings that say something, whatever they say. */
    {"imap", GOOD, NO_FACTS, JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", "\"imap_host\":\"i.example\"", NO_FACTS,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},
    {"imap", "\"imap_host\":null", NO_FACTS,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},
    {"imap", "\"imap_\":0", NO_FACTS,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},
    {"imap", "\"smtp_\":{}", NO_FACTS,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},
    {"imap", "\"smtp_username\":\"u\"", NO_FACTS,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},

    /* Every spelling of an absent host. */
    {"imap", "\"smtp_port\":465", NO_FACTS, JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":null", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":\"\"", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":\" \\t\\r\\n\"", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":0", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":true", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":[\"x\"]", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":{}", NO_FACTS,
     JUDGED(INCOMPLETE, HOST, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":\" x \"", NO_FACTS,
     JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", "\"smtp_port\":465,\"smtp_host\":\"0\"", NO_FACTS,
     JUDGED(COMPLETE, 0, SETTINGS)},

/* Every spelling of an absent port. */
#define PORTED(port, smtp, missing)                                            \
    {                                                                          \
        "imap", "\"smtp_host\":\"x\",\"smtp_port\":" port, NO_FACTS,           \
            JUDGED(smtp, missing, SETTINGS)                                    \
    }
    {"imap", "\"smtp_host\":\"x\"", NO_FACTS,
     JUDGED(INCOMPLETE, PORT, SETTINGS)},
    PORTED("null", INCOMPLETE, PORT),
    PORTED("\"\"", INCOMPLETE, PORT),
    PORTED("\"  \"", INCOMPLETE, PORT),
    PORTED("0", INCOMPLETE, PORT),
    PORTED("\"0\"", INCOMPLETE, PORT),
    PORTED("\"00000\"", INCOMPLETE, PORT),
    PORTED("1", COMPLETE, 0),
    PORTED("\"1\"", COMPLETE, 0),
    PORTED("65535", COMPLETE, 0),
    PORTED("\"65535\"", COMPLETE, 0),
    PORTED("65536", INCOMPLETE, PORT),
    PORTED("\"65536\"", INCOMPLETE, PORT),
    PORTED("\"00465\"", COMPLETE, 0),
    PORTED("\"000465\"", INCOMPLETE, PORT),
    PORTED("\"065535\"", INCOMPLETE, PORT),
    PORTED("\"abc\"", INCOMPLETE, PORT),
    PORTED("\"465x\"", INCOMPLETE, PORT),
    PORTED("\" 465\"", INCOMPLETE, PORT),
    PORTED("\"+465\"", INCOMPLETE, PORT),
    PORTED("\"-465\"", INCOMPLETE, PORT),
    PORTED("\"0x1d\"", INCOMPLETE, PORT),
    PORTED("\"465\\u0000\"", INCOMPLETE, PORT),
    PORTED("465.0", INCOMPLETE, PORT),
    PORTED("4.65e2", INCOMPLETE, PORT),
    PORTED("-465", INCOMPLETE, PORT),
    PORTED("18446744073709551615", INCOMPLETE, PORT),
    PORTED("18446744073709552081", INCOMPLETE, PORT), /* 465 + 2^64 */
    PORTED("true", INCOMPLETE, PORT),
    PORTED("[465]", INCOMPLETE, PORT),
    PORTED("{}", INCOMPLETE, PORT),

    /* User and password are missing only where the API says they are. */
    {"imap", GOOD ",\"imap_username\":\"u\",\"imap_password\":\"p\"", NO_FACTS,
     JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", GOOD ",\"imap_username\":null", NO_FACTS,
     JUDGED(INCOMPLETE, USER, SETTINGS)},
    {"imap", GOOD ",\"imap_username\":\"\"", NO_FACTS,
     JUDGED(INCOMPLETE, USER, SETTINGS)},
    {"imap", GOOD ",\"imap_username\":\" \"", NO_FACTS,
     JUDGED(INCOMPLETE, USER, SETTINGS)},
    {"imap", GOOD ",\"imap_username\":0", NO_FACTS,
     JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", GOOD ",\"imap_password\":null", NO_FACTS,
     JUDGED(INCOMPLETE, PASSWORD, SETTINGS)},
    {"imap", GOOD ",\"imap_password\":\" \"", NO_FACTS,
     JUDGED(INCOMPLETE, PASSWORD, SETTINGS)},
    {"imap", GOOD ",\"smtp_username\":null,\"smtp_password\":\"\"", NO_FACTS,
     JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", "\"imap_username\":\"\",\"imap_password\":null", NO_FACTS,
     JUDGED(INCOMPLETE, USER | PASSWORD | HOST | PORT, SETTINGS)},

    /* A current send error decides, and settings tell what is missing. */
    {"imap", NULL, FAILED, NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", "", FAILED, NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", GOOD, FAILED, NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", "\"smtp_host\":\"x\"", FAILED, NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, PORT, SEND_ERROR)},
    {"imap", "\"imap_host\":\"x\"", FAILED, NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, HOST | PORT, SEND_ERROR)},
    {"imap", NULL, "Error: GRANT Is Missing IMAP username", NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, "grant is missing imap", NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, "ggrant is missing imap", NEVER, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, "grant is missing ima", NEVER, NEVER, NEVER,
     JUDGED(UNKNOWN, 0, NONE)},
    {"imap", NULL, "grant is  missing imap", NEVER, NEVER, NEVER,
     JUDGED(UNKNOWN, 0, NONE)},
    {"imap", NULL, "quota exceeded", NEVER, NEVER, NEVER,
     JUDGED(UNKNOWN, 0, NONE)},
    {"imap", NULL, "", NEVER, NEVER, NEVER, JUDGED(UNKNOWN, 0, NONE)},

    /* Whether it is current: older than neither sign-in nor last send. */
    {"imap", NULL, FAILED, NEVER, 500, 500, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 100, NEVER, NEVER,
     JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 101, NEVER, 100, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 100, NEVER, 100, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 99, NEVER, 100, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", NULL, FAILED, 101, 100, NEVER, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 100, 100, NEVER, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 99, 100, NEVER, JUDGED(COMPLETE, 0, SENT)},
    {"imap", NULL, FAILED, 100, 99, 100, JUDGED(INCOMPLETE, 0, SEND_ERROR)},
    {"imap", NULL, FAILED, 99, 98, 100, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", NULL, FAILED, 99, 101, 100, JUDGED(COMPLETE, 0, SENT)},
    {"imap", GOOD, FAILED, 99, NEVER, 100, JUDGED(COMPLETE, 0, SETTINGS)},
    {"imap", "\"imap_host\":\"x\"", FAILED, 99, NEVER, 100,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},

    /* What was sent since the last sign-in; settings come first. */
    {"imap", NULL, NULL, NEVER, 100, NEVER, JUDGED(COMPLETE, 0, SENT)},
    {"imap", NULL, NULL, NEVER, 101, 100, JUDGED(COMPLETE, 0, SENT)},
    {"imap", NULL, NULL, NEVER, 100, 100, JUDGED(COMPLETE, 0, SENT)},
    {"imap", NULL, NULL, NEVER, 99, 100, JUDGED(UNKNOWN, 0, NONE)},
    {"imap", "\"policy_id\":\"p\"", NULL, NEVER, 100, 100,
     JUDGED(COMPLETE, 0, SENT)},
    {"imap", NULL, "quota exceeded", 100, 100, 100, JUDGED(COMPLETE, 0, SENT)},
    {"imap", "\"smtp_host\":\"\"", NULL, NEVER, 100, 100,
     JUDGED(INCOMPLETE, HOST | PORT, SETTINGS)},
};

static struct ggp_text text(const char *at)
{
    struct ggp_text made = {at, at ? strlen(at) : 0};

    return made;
}

START_TEST(judges_each_row_as_the_contract_does)
{
    const struct row *row = &rows[_i];
    struct ggp_grant grant = {.provider = text(row->provider),
                              .has_updated_at = row->updated_at != NEVER,
                              .updated_at = row->updated_at};
    yyjson_doc *doc = NULL;

    grant.facts.send_error = text(row->send_error);
    grant.facts.has_send_error_at = row->send_error_at != NEVER;
    grant.facts.send_error_at = row->send_error_at;
    grant.facts.has_sent_at = row->sent_at != NEVER;
    grant.facts.sent_at = row->sent_at;
    /* A verdict does not depend on the one before. */
    grant.smtp = GG_SMTP_COMPLETE;
    grant.missing = USER | PORT;
    grant.evidence = GG_EVIDENCE_SENT;
    if (row->settings) {
        char json[256];
        size_t len = strlen(row->settings);

        ck_assert_uint_lt(len, sizeof(json) - 2);
        json[0] = '{';
        memcpy(json + 1, row->settings, len);
        json[len + 1] = '}';
        doc = yyjson_read(json, len + 2, 0);
        ck_assert_msg(doc != NULL, "%s", row->settings);
        grant.settings = yyjson_doc_get_root(doc);
    }
    ggp_smtp_judge(&grant);
    yyjson_doc_free(doc);
    ck_assert_msg(grant.smtp == row->smtp && grant.missing == row->missing &&
                      grant.evidence == row->evidence,
                  "row %d: %s {%s}: %s, %u, %s", _i, row->provider,
                  row->settings ? row->settings : "none",
                  gg_smtp_name(grant.smtp), grant.missing,
                  ggp_evidence_name(grant.evidence));
}
END_TEST

START_TEST(judges_nothing_about_a_grant_without_provider)
{
    struct ggp_grant grant = {0};

    ggp_smtp_judge(&grant);
    ck_assert_int_eq(grant.smtp, GG_SMTP_UNKNOWN);
    ck_assert_int_eq(grant.evidence, GG_EVIDENCE_NONE);
}
END_TEST

START_TEST(names_every_verdict_and_nothing_else)
{
    ck_assert_ptr_null(gg_smtp_name(GG_SMTP_NONE));
    ck_assert_str_eq(gg_smtp_name(GG_SMTP_COMPLETE), "complete");
    ck_assert_str_eq(gg_smtp_name(GG_SMTP_INCOMPLETE), "incomplete");
    ck_assert_str_eq(gg_smtp_name(GG_SMTP_UNKNOWN), "unknown");
    ck_assert_str_eq(gg_smtp_name(GG_SMTP_NOT_APPLICABLE), "not_applicable");
    ck_assert_ptr_null(gg_smtp_name(GG_SMTP_COUNT));
    ck_assert_str_eq(gg_missing_name(1), "imap_username");
    ck_assert_str_eq(gg_missing_name(2), "imap_password");
    ck_assert_str_eq(gg_missing_name(4), "smtp_host");
    ck_assert_str_eq(gg_missing_name(8), "smtp_port");
    ck_assert_ptr_null(gg_missing_name(0));
    ck_assert_ptr_null(gg_missing_name(3));
    ck_assert_ptr_null(gg_missing_name(16));
    ck_assert_str_eq(ggp_evidence_name(GG_EVIDENCE_NONE), "none");
    ck_assert_str_eq(ggp_evidence_name(GG_EVIDENCE_PROVIDER), "provider");
    ck_assert_str_eq(ggp_evidence_name(GG_EVIDENCE_SEND_ERROR), "send_error");
    ck_assert_str_eq(ggp_evidence_name(GG_EVIDENCE_SETTINGS), "settings");
    ck_assert_str_eq(ggp_evidence_name(GG_EVIDENCE_SENT), "sent");
}
END_TEST

Suite *smtp_suite(void)
{
    Suite *suite = suite_create("smtp");
    TCase *verdict = tcase_create("verdict");

    tcase_add_loop_test(verdict, judges_each_row_as_the_contract_does, 0,
                        COUNT(rows));
    tcase_add_test(verdict, judges_nothing_about_a_grant_without_provider);
    tcase_add_test(verdict, names_every_verdict_and_nothing_else);
    suite_add_tcase(suite, verdict);
    return suite;
}
