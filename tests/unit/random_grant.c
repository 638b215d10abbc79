/* SPDX-License-Identifier: MIT */
/* random_grant.c - grants made up from a seed, for the tests. */
#include "random_grant.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define NODES     512
#define NOW       5000
#define LARGE     INT64_C(1000000000000) /* no thousandths beyond */
#define TWO_TO_53 INT64_C(9007199254740992)

static struct ggp_input input;
static struct ggp_item item;
static struct ggp_buf json;
static uint64_t state = 1;
static struct plain nodes[NODES];
static size_t nnodes;

void random_seed(uint64_t seed)
{
    state = seed * 2654435769U + 1;
}

unsigned random_below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)((state >> 32) % n);
}

int random_one_in(unsigned n)
{
    return random_below(n) == 0;
}

/* --- plain data ----------------------------------------------------------- */

static struct plain *add_node(enum plain_kind kind)
{
    struct plain *node = &nodes[nnodes++];

    ck_assert_uint_le(nnodes, NODES);
    memset(node, 0, sizeof(*node));
    node->kind = kind;
    return node;
}

static void set_member(struct plain *object, const char *key,
                       const struct plain *value)
{
    ck_assert_uint_lt(object->nmembers, PLAIN_MEMBERS);
    object->keys[object->nmembers] = key;
    object->members[object->nmembers++] = value;
}

static void add_bytes(struct plain *text, const char *bytes)
{
    size_t len = strlen(bytes);

    text->kind = PLAIN_TEXT;
    memcpy(text->text + text->len, bytes, len);
    text->len += len;
}

static const struct plain *text_node(const char *text)
{
    struct plain *node = add_node(PLAIN_TEXT);

    add_bytes(node, text);
    return node;
}

/* What ids, providers and tenants can be. */
static void make_name(struct plain *text)
{
    static const char *const pieces[] = {"a", "b", "0", "-", "imap"};
    unsigned n = random_below(5);

    add_bytes(text, "a");
    while (n-- > 0)
        add_bytes(text, RANDOM_OF(pieces));
}

void random_text(struct plain *text)
{
    static const char *const pieces[] = {"a",        "b", "A", "acme", "*",
                                         "-",        "@", ".", "<1h",  " ",
                                         "\xc3\xa9", "a", "b", "@",    "a"};
    unsigned n = random_below(6);

    text->kind = PLAIN_TEXT;
    while (n-- > 0)
        add_bytes(text, RANDOM_OF(pieces));
}

void random_number(struct plain *number)
{
    static const int64_t integers[] = {INT64_MAX,      INT64_MIN, TWO_TO_53 + 1,
                                       -TWO_TO_53 - 1, TWO_TO_53, 86400,
                                       3600,           -1};
    static const int64_t reals[] = {INT64_MIN, INT64_MAX / 2 + 1, TWO_TO_53,
                                    -TWO_TO_53};
    static const int thousandths[] = {0, 0, 1, 100, 250, 333, 500, 999};

    number->kind = PLAIN_NUMBER;
    number->is_real = random_one_in(3);
    number->whole = (int64_t)random_below(30) - 5;
    if (number->is_real)
        number->thousandths = RANDOM_OF(thousandths);
    if (random_one_in(4))
        number->whole *= number->is_real ? 60 : 1200;
    if (random_one_in(6)) {
        number->whole = number->is_real ? RANDOM_OF(reals)
                                        : RANDOM_OF(integers);
        number->thousandths = 0;
    }
}

const char *const random_settings[RANDOM_NSETTINGS] = {
    "imap_host", "smtp_port", "type",  "username", "imap_password",
    "email",     "custom",    "token", "host"};
const char *const random_context[RANDOM_NCONTEXT] = {"a",   "b",    "c",
                                                     "a.b", "plan", "password"};

static const struct plain *make_value(int is_settings, int depth);

static const struct plain *make_object(int is_settings, int depth)
{
    struct plain *object = add_node(PLAIN_OBJECT);
    unsigned nkeys = is_settings ? RANDOM_NSETTINGS : RANDOM_NCONTEXT;
    unsigned i;

    for (i = 0; i < nkeys; i++) {
        if (!random_one_in(2))
            set_member(object,
                       is_settings ? random_settings[i] : random_context[i],
                       make_value(is_settings, depth + 1));
    }
    return object;
}

static const struct plain *make_list(int is_settings, int depth)
{
    struct plain *list = add_node(PLAIN_LIST);
    unsigned n = random_below(4);

    while (n-- > 0)
        set_member(list, NULL, make_value(is_settings, depth + 1));
    return list;
}

static const struct plain *make_value(int is_settings, int depth)
{
    unsigned kind = random_below(depth < 3 ? 12 : 8);
    struct plain *value;

    if (kind >= 10)
        return make_object(is_settings, depth);
    if (kind >= 8)
        return make_list(is_settings, depth);
    value = add_node(PLAIN_NULL);
    if (kind >= 5)
        random_number(value);
    else if (kind >= 2)
        random_text(value);
    else if (kind == 1)
        value->kind = PLAIN_BOOLEAN;
    value->truth = value->kind == PLAIN_BOOLEAN && random_one_in(2);
    if (value->kind == PLAIN_TEXT && random_one_in(12))
        value->text[value->len++] = '\0';
    if (value->kind == PLAIN_TEXT && random_one_in(12))
        value->text[value->len++] = '\n';
    return value;
}

/* --- grants --------------------------------------------------------------- */

enum shape { NAME, TEXT, TIME, FLAG, TEXTS, OBJECT };

/* The fields in the order that JSON has them: the last five beside it. */
static const struct {
    const char *key;
    enum shape shape;
} fields[] = {
    {"id", NAME},           {"provider", NAME},      {"grant_status", TEXT},
    {"email", TEXT},        {"state", TEXT},         {"name", TEXT},
    {"workspace_id", TEXT}, {"account_id", TEXT},    {"credential_id", TEXT},
    {"blocked", FLAG},      {"scope", TEXTS},        {"created_at", TIME},
    {"updated_at", TIME},   {"settings", OBJECT},    {"tenant", NAME},
    {"send_error", TEXT},   {"send_error_at", TIME}, {"sent_at", TIME},
    {"context", OBJECT},
};

#define FIRST_FACT 14

static const char *const smtp_words[] = {"complete", "incomplete", "unknown",
                                         "not_applicable"};
static const char *const missing_words[] = {"imap_username", "imap_password",
                                            "smtp_host", "smtp_port"};
static const char *const evidence_words[] = {"none", "provider", "send_error",
                                             "settings", "sent"};

static void write_number(const struct plain *number)
{
    char digits[64];
    long long all = number->whole;

    if (!number->is_real) {
        ggp_buf_int(&json, number->whole);
        return;
    }
    (void)snprintf(digits, sizeof(digits), "%lld.0", all);
    if (all < LARGE && all > -LARGE) {
        all = all * 1000 + number->thousandths;
        (void)snprintf(digits, sizeof(digits), "%s%lld.%03lld",
                       all < 0 ? "-" : "", (all < 0 ? -all : all) / 1000,
                       (all < 0 ? -all : all) % 1000);
    }
    ggp_buf_string(&json, digits);
}

static void write_json(const struct plain *value)
{
    int is_object = value->kind == PLAIN_OBJECT;
    size_t i;

    if (value->kind == PLAIN_NULL)
        ggp_buf_string(&json, "null");
    if (value->kind == PLAIN_TEXT)
        ggp_json_text(&json, value->text, value->len);
    if (value->kind == PLAIN_NUMBER)
        write_number(value);
    if (value->kind == PLAIN_BOOLEAN)
        ggp_buf_string(&json, value->truth ? "true" : "false");
    if (!is_object && value->kind != PLAIN_LIST)
        return;
    ggp_buf_char(&json, is_object ? '{' : '[');
    for (i = 0; i < value->nmembers; i++) {
        if (is_object)
            ggp_json_key(&json, value->keys[i]);
        else
            ggp_json_comma(&json);
        write_json(value->members[i]);
    }
    ggp_buf_char(&json, is_object ? '}' : ']');
}

static const struct plain *make_texts(void)
{
    struct plain *list = add_node(PLAIN_LIST);
    unsigned n = random_below(4);

    while (n-- > 0) {
        struct plain *text = add_node(PLAIN_TEXT);

        random_text(text);
        set_member(list, NULL, text);
    }
    return list;
}

static const struct plain *make_field(enum shape shape, const char *key)
{
    struct plain *value;

    if (shape == OBJECT)
        return make_object(strcmp(key, "settings") == 0, 0);
    if (shape == TEXTS && !random_one_in(4))
        return make_texts();
    value = add_node(PLAIN_NUMBER);
    value->whole = random_below(2 * NOW);
    value->truth = random_one_in(2);
    if (shape == FLAG)
        value->kind = PLAIN_BOOLEAN;
    if (shape == NAME)
        make_name(value);
    if (shape == TEXT || shape == TEXTS)
        random_text(value);
    return value;
}

static void set_domain(struct plain *view)
{
    const struct plain *email = reference_field(view, "email");
    struct plain *domain = add_node(PLAIN_TEXT);
    size_t i;

    if (!email || email->kind != PLAIN_TEXT || !strchr(email->text, '@'))
        return;
    add_bytes(domain, strrchr(email->text, '@') + 1);
    for (i = 0; i < domain->len; i++) {
        if (domain->text[i] == 'A')
            domain->text[i] = 'a';
    }
    if (domain->len > 0)
        set_member(view, "domain", domain);
}

/* What is not read but computed; the verdict is any. */
static void set_computed(struct plain *view, struct ggp_grant *grant)
{
    const struct plain *created = reference_field(view, "created_at");
    struct plain *missing = add_node(PLAIN_LIST);
    unsigned i;

    grant->now = NOW;
    grant->smtp = (enum gg_smtp)(1 + random_below(4));
    grant->evidence = (enum gg_evidence)random_below(5);
    grant->missing = random_below(16);
    if (created && created->kind == PLAIN_NUMBER) {
        struct plain *age = add_node(PLAIN_NUMBER);

        age->whole = NOW - created->whole;
        set_member(view, "age", age);
    }
    set_domain(view);
    set_member(view, "smtp", text_node(smtp_words[grant->smtp - 1]));
    set_member(view, "evidence", text_node(evidence_words[grant->evidence]));
    for (i = 0; i < 4; i++) {
        if (grant->missing & 1U << i)
            set_member(missing, NULL, text_node(missing_words[i]));
    }
    set_member(view, "missing", missing);
}

const struct plain *random_grant(const struct ggp_grant **grant)
{
    static const struct plain not_blocked = {.kind = PLAIN_BOOLEAN};
    struct plain *view;
    unsigned i;

    nnodes = 0;
    view = add_node(PLAIN_OBJECT);
    ggp_buf_clear(&json);
    ggp_buf_string(&json, "{\"grant\":{");
    for (i = 0; i < RANDOM_COUNT(fields); i++) {
        const struct plain *value = add_node(PLAIN_NULL);

        if (i == FIRST_FACT)
            ggp_buf_char(&json, '}');
        if (i > 1 && random_one_in(6))
            continue;
        if (i <= 1 || !random_one_in(12))
            value = make_field(fields[i].shape, fields[i].key);
        set_member(view, fields[i].key, value);
        ggp_json_key(&json, fields[i].key);
        write_json(value);
        if (fields[i].shape == FLAG && value->kind == PLAIN_NULL)
            view->members[view->nmembers - 1] = &not_blocked;
    }
    ggp_buf_char(&json, '}');
    if (!reference_field(view, "blocked"))
        set_member(view, "blocked", &not_blocked);
    ggp_input_open(&input, json.bytes, json.len);
    ck_assert_int_eq(ggp_input_next(&input, &item), 1);
    ck_assert_msg(item.status == GG_OK, "%s: %s", item.error.message,
                  json.bytes);
    set_computed(view, &item.grant);
    *grant = &item.grant;
    return view;
}

const char *random_grant_json(void)
{
    return ggp_buf_text(&json);
}

void random_grant_free(void)
{
    ggp_input_free(&input);
    ggp_buf_free(&json);
}
