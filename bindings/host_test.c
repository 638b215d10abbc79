/* SPDX-License-Identifier: MIT */
/*
 * host_test.c - run the tests that stand beside policies.
 *
 * Every file gets a fresh sandbox.  The caller's settings are fixed, so that
 * a test means the same on every machine.
 */
#include "host_test.h"

#include <stdlib.h>
#include <string.h>

struct run {
    gg_policies *policies;
    gg_session *session;
    const char *pattern; /* NULL: every case */
    gg_test_fn report;
    void *payload;
    struct ggp_document host;
    struct ggp_document expected;
    struct ggp_document actual;
    struct ggp_buf actual_text;
    struct ggp_buf text;
    struct ggp_arena arena; /* of the case */
};

/* --- comparing --- */

static int is_empty(yyjson_val *value)
{
    return (yyjson_is_obj(value) || yyjson_is_arr(value)) &&
           yyjson_get_len(value) == 0;
}

/* Whether @actual is what @expected names: members one by one, anything else
 * whole.  An empty table may mean an empty list. */
static int matches(yyjson_val *expected, yyjson_val *actual, int depth)
{
    yyjson_val *key;
    yyjson_val *value;
    size_t i;
    size_t n;

    if (is_empty(expected) && is_empty(actual))
        return 1;
    if (!yyjson_is_obj(expected) || !yyjson_is_obj(actual) ||
        depth >= GGP_MAX_DEPTH)
        return yyjson_equals(expected, actual);
    yyjson_obj_foreach(expected, i, n, key, value)
    {
        yyjson_val *other = yyjson_obj_getn(actual, yyjson_get_str(key),
                                            yyjson_get_len(key));

        if (!other || !matches(value, other, depth + 1))
            return 0;
    }
    return 1;
}

/* @value as JSON in the case's arena; NULL stays NULL. */
static const char *json_of(struct run *run, yyjson_val *value)
{
    struct ggp_buf buf = {0};
    const char *copy;

    if (!value)
        return NULL;
    ggp_json_value(&buf, value);
    copy = ggp_arena_string(&run->arena, ggp_buf_text(&buf));
    if (!copy)
        run->arena.failed = 1; /* it may be the buffer that did */
    ggp_buf_free(&buf);
    return copy;
}

/* Hold the two documents against one another, field by field.  Returns the
 * first field that differs, or NULL. */
static const char *compare(struct run *run, struct gg_test_result *result)
{
    yyjson_val *expected = ggp_document_root(&run->expected);
    yyjson_val *actual = ggp_document_root(&run->actual);
    const char *odd = NULL;
    struct gg_test_field *fields;
    yyjson_val *key;
    yyjson_val *value;
    size_t i;
    size_t n;

    fields = ggp_arena_alloc(&run->arena,
                             yyjson_obj_size(expected) * sizeof(*fields));
    if (!fields)
        return NULL; /* the caller sees that the arena failed */
    yyjson_obj_foreach(expected, i, n, key, value)
    {
        struct gg_test_field *field = &fields[i];
        yyjson_val *other = yyjson_obj_getn(actual, yyjson_get_str(key),
                                            yyjson_get_len(key));

        field->name = yyjson_get_str(key);
        field->expected = json_of(run, value);
        field->actual = json_of(run, other);
        field->is_same = other && matches(value, other, 1);
        if (!field->is_same && !odd)
            odd = field->name;
    }
    result->fields = fields;
    result->nfields = yyjson_obj_size(expected);
    return odd;
}

/* --- asking --- */

static void add_error(struct ggp_buf *buf, gg_status status,
                      const char *message)
{
    ggp_json_key(buf, "error");
    ggp_buf_char(buf, '{');
    ggp_json_member(buf, "code", gg_status_token(status));
    ggp_json_member(buf, "message", message);
    ggp_buf_char(buf, '}');
}

static gg_status ask_connect(struct run *run, const struct ggl_case *test,
                             struct gg_error *err)
{
    struct gg_connect_request request = {
        .tenant = test->has_tenant ? test->tenant.bytes : NULL,
        .provider = test->has_provider ? test->provider.bytes : NULL,
        .email = test->has_email ? test->email.bytes : NULL,
        .context = test->has_context ? test->json.bytes : NULL};
    const struct gg_connect_answer *answer;
    struct ggp_buf *buf = &run->actual_text;
    gg_status status = gg_session_connect(run->session, &request, test->now,
                                          &answer, err);

    if (status == GG_EINVAL) { /* refused: that can be expected, too */
        ggp_buf_char(buf, '{');
        add_error(buf, err->status, err->message);
        ggp_buf_char(buf, '}');
        return GG_OK;
    }
    if (status != GG_OK)
        return status;
    ggp_buf_char(buf, '{');
    ggp_json_member(buf, "auth_url", answer->auth_url);
    if (answer->fields && strlen(answer->fields) > 2) {
        ggp_json_comma(buf);
        ggp_buf_add(buf, answer->fields + 1, strlen(answer->fields) - 2);
    }
    if (answer->error != GG_OK)
        add_error(buf, answer->error, answer->error_message);
    ggp_buf_char(buf, '}');
    return GG_OK;
}

static gg_status ask_evaluate(struct run *run, const struct ggl_case *test,
                              struct gg_error *err)
{
    const struct gg_decision *decision;
    struct gg_decision shown;
    gg_status status = gg_session_evaluate(run->session, test->json.bytes,
                                           test->json.len, NULL, test->now,
                                           &decision, err);

    if (status != GG_OK)
        return status;
    shown = *decision;
    if (!yyjson_obj_get(ggp_document_root(&run->expected), "trace"))
        shown.trace = NULL; /* the explanation says more */
    ggp_record_write(&run->actual_text, NULL, &shown);
    if (run->actual_text.len > 0)
        run->actual_text.len--; /* the newline */
    return GG_OK;
}

/* Let the session answer for the host, where @test says what. */
static gg_status answer_for_host(struct run *run, const struct ggl_case *test,
                                 struct gg_error *err)
{
    gg_status status;

    run->session->host_answers = NULL;
    if (!test->has_host)
        return GG_OK;
    status = ggp_document_read(&run->host, test->host.bytes, test->host.len,
                               err);
    if (status == GG_OK)
        run->session->host_answers = ggp_document_root(&run->host);
    return status;
}

/* Ask what @test asks, and read the answer. */
static gg_status ask(struct run *run, const struct ggl_case *test,
                     struct gg_error *err)
{
    gg_status status = ggp_document_read(&run->expected, test->expect.bytes,
                                         test->expect.len, err);

    ggp_buf_clear(&run->actual_text);
    if (status == GG_OK)
        status = answer_for_host(run, test, err);
    if (status == GG_OK)
        status = test->is_connect ? ask_connect(run, test, err)
                                  : ask_evaluate(run, test, err);
    if (run->actual_text.failed != GG_OK)
        status = GG_ENOMEM;
    if (status == GG_OK)
        status = ggp_document_read(&run->actual, run->actual_text.bytes,
                                   run->actual_text.len, err);
    return status;
}

/* Run the case that was read, and report it. */
static gg_status run_case(struct run *run, struct ggl_test_file *file,
                          struct gg_error *err)
{
    const struct ggl_case *test = &file->test;
    struct gg_test_result result = {
        .file = file->source->path,
        .name = test->name.bytes,
        .explanation = gg_session_explanation(run->session)};
    struct gg_error why;
    const char *odd = NULL;
    gg_status status = ask(run, test, &why);

    ggp_arena_reset(&run->arena);
    if (status == GG_OK)
        odd = compare(run, &result);
    if (status == GG_ENOMEM || run->arena.failed)
        return ggp_fail(err, GG_ENOMEM, "out of memory");
    result.passed = status == GG_OK && !odd;
    if (status != GG_OK) {
        result.message = why.message;
    } else if (odd) {
        ggp_fail(&why, GG_EPOLICY, "'%s' is not as expected", odd);
        result.message = why.message;
        result.expected = ggp_buf_text(&file->test.expect);
        result.actual = ggp_buf_text(&run->actual_text);
    }
    run->report(&result, run->payload);
    return GG_OK;
}

/* Whether the case that was read is wanted. */
static int is_wanted(struct run *run, const struct ggl_test_file *file)
{
    const char *pattern = run->pattern;
    const char *text;

    if (!pattern)
        return 1;
    ggp_buf_clear(&run->text);
    ggp_buf_string(&run->text, file->source->path);
    ggp_buf_string(&run->text, ": ");
    ggp_buf_string(&run->text, file->test.name.bytes);
    text = ggp_buf_text(&run->text);
    if (!text)
        return 1;
    if (!strchr(pattern, '*'))
        return strstr(text, pattern) != NULL;
    return ggp_glob(pattern, strlen(pattern), text, strlen(text));
}

/* --- files --- */

static gg_status run_file(struct run *run, const struct ggl_source *source,
                          struct gg_error *err)
{
    struct ggl_test_file file = {.source = source};
    const struct gg_limits *limits = &run->policies->load_limits;
    struct ggl_state state;
    gg_status status;

    status = ggp_state_open(&state, &run->policies->sources, err);
    if (status != GG_OK)
        return status;
    ggp_budget_begin(&state, limits);
    status = ggp_guard(&state, ggl_openfile, &file, err);
    for (file.number = 1; status == GG_OK && file.number <= file.ncases;
         file.number++) {
        ggp_budget_begin(&state, limits);
        status = ggp_guard(&state, ggl_readcase, &file, err);
        if (status == GG_OK && is_wanted(run, &file))
            status = run_case(run, &file, err);
    }
    ggp_case_free(&file.test);
    ggp_state_close(&state);
    return status;
}

gg_status gg_policies_test(gg_policies *policies, const char *folder,
                           const struct gg_test_options *options,
                           gg_test_fn report, void *payload,
                           struct gg_error *err)
{
    static const struct gg_session_options caller = {
        .caller = {.client_id = "YOUR_CLIENT_ID",
                   .redirect_uri = "https://example.com/callback",
                   .region = "us"},
        .trace = 1};
    struct run run = {.policies = policies,
                      .pattern = options ? options->pattern : NULL,
                      .report = report,
                      .payload = payload};
    struct ggp_arena arena = {NULL, NULL, 0, 0};
    struct ggl_sources tests = {NULL, 0, NULL};
    gg_status status;
    size_t i;

    if (!policies || !folder || !report)
        return ggp_fail(err, GG_EINVAL,
                        "policies, a folder and a report are required");
    status = ggp_folder_read(folder, 1, &arena, &tests, NULL, err);
    if (status == GG_OK)
        status = gg_session_open(policies, &caller, &run.session, err);
    for (i = 0; status == GG_OK && i < tests.n; i++)
        status = run_file(&run, &tests.list[i], err);
    gg_session_free(run.session);
    ggp_document_free(&run.host);
    ggp_document_free(&run.expected);
    ggp_document_free(&run.actual);
    ggp_buf_free(&run.actual_text);
    ggp_buf_free(&run.text);
    ggp_arena_free(&run.arena);
    ggp_arena_free(&arena);
    return status;
}
