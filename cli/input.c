/* SPDX-License-Identifier: MIT */
/*
 * input.c - files of grants, and what is known of the grants besides: the
 * part of a batch that is the same whatever becomes of the answers.
 */
#include "input.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES ((int64_t)64 << 20)

const struct flag_group input_flags = {
    "Input",
    (const struct flag[]){
        {FLAG_FACTS, 0, "facts", "FILE",
         "what the application knows, by grant id: NDJSON of {\"id\", "
         "\"tenant\", \"send_error\", \"send_error_at\", \"sent_at\", "
         "\"context\"}"},
        {FLAG_TENANT_FROM, 0, "tenant-from", "FIELD",
         "the grant's field that names its tenant: workspace_id, domain, "
         "name or state (beware: state comes from whoever opened the URL)"},
        {FLAG_MAX_LINE, 0, "max-line", "BYTES",
         "longest line; K or M may follow (default: 1M)"},
        {0}}};

static int take_tenant_from(struct input *input, const char *value)
{
    static const char *const fields[] = {"workspace_id", "state", "domain",
                                         "name"};
    size_t i;

    for (i = 0; i < COUNT(fields); i++) {
        if (strcmp(fields[i], value) == 0) {
            input->tenant_from = fields[i];
            return 0;
        }
    }
    return note_usage(input->command,
                      "option '--tenant-from' is one of workspace_id, domain, "
                      "name, state; not '%s'",
                      value);
}

int input_take(struct input *input, int id, const char *value)
{
    switch (id) {
    case FLAG_FACTS:
        input->facts = value;
        return 0;
    case FLAG_TENANT_FROM:
        return take_tenant_from(input, value);
    case FLAG_MAX_LINE:
        return number_take(input->command, "max-line", value, number_bytes,
                           LINE_MAX_BYTES, &input->max_line_bytes);
    default:
        return OPTIONS_DONE;
    }
}

/* Standard input can be read once: as a file of grants or as the facts. */
static int check_stdin(const struct input *input, const char *const *paths,
                       size_t npaths)
{
    size_t n = input->facts && strcmp(input->facts, "-") == 0 ? 1 : 0;
    size_t i;

    for (i = 0; i < npaths; i++)
        n += strcmp(paths[i], "-") == 0 ? 1 : 0;
    if (n > 1)
        return note_usage(input->command, "standard input can be read only "
                                          "once");
    return 0;
}

static int name_all(struct input *input, const char *const *paths,
                    size_t npaths)
{
    size_t i;

    if (check_stdin(input, paths, npaths) != 0)
        return EXIT_USAGE;
    input->inputs = calloc(npaths, sizeof(*input->inputs));
    input->sources = calloc(npaths, sizeof(*input->sources));
    if (!input->inputs || !input->sources) {
        note_error("out_of_memory", "no memory for the list of files");
        return EXIT_USAGE;
    }
    input->nsources = npaths;
    for (i = 0; i < npaths; i++)
        source_name(&input->sources[i], paths[i], &input->inputs[i]);
    if (input->facts) {
        source_name(&input->facts_source, input->facts, &input->facts_input);
        input->facts_input.is_document = 0;
    }
    return 0;
}

int input_name(struct input *input, char *const *paths, size_t npaths)
{
    static const char *const standard_input[] = {"-"};

    if (npaths > 0)
        return name_all(input, (const char *const *)paths, npaths);
    if (isatty(STDIN_FILENO) &&
        !(input->facts && strcmp(input->facts, "-") == 0))
        return note_usage(input->command, "name a file of %s, or pipe them in",
                          input->of ? input->of : "grants");
    return name_all(input, standard_input, 1);
}

int input_check(const struct input *input)
{
    int code = input->facts ? source_check(&input->facts_source) : 0;
    size_t i;

    for (i = 0; i < input->nsources; i++)
        code = exit_worse(code, source_check(&input->sources[i]));
    return code;
}

void input_allow(const struct input *input, struct lockdown *lockdown)
{
    size_t i;

    for (i = 0; i < input->nsources; i++)
        source_allow(&input->sources[i], lockdown);
    if (input->facts && !input->table)
        source_allow(&input->facts_source, lockdown);
}

int input_is(const struct input *input, const char *path)
{
    size_t i;

    for (i = 0; i < input->nsources; i++) {
        if (source_is(&input->sources[i], path))
            return 1;
    }
    return input->facts && source_is(&input->facts_source, path);
}

/* What is read is not written over: a failed run would take it along. */
int input_check_output(const struct input *input, const char *path)
{
    char part[OUTPUT_PATH_MAX];
    int code = output_check(path);

    if (!path || code != 0)
        return code;
    snprintf(part, sizeof(part), "%s.part", path);
    if (!input_is(input, path) && !input_is(input, part))
        return 0;
    note_error("invalid_argument", "%s is input and output at once", path);
    return EXIT_USAGE;
}

int input_is_live(const struct input *input)
{
    size_t i;

    for (i = 0; i < input->nsources; i++) {
        if (source_is_live(&input->sources[i]))
            return 1;
    }
    return 0;
}

int input_open_facts(struct input *input)
{
    struct gg_error err;
    gg_status status;

    if (!input->facts)
        return 0;
    status = gg_facts_table_read(&input->facts_input, &input->table, &err);
    source_close(&input->facts_source);
    if (status == GG_OK)
        return 0;
    note_failure(&err);
    return status == GG_EINTERRUPTED ? EXIT_INTERRUPTED : EXIT_USAGE;
}

void input_fill(const struct input *input, const struct settings *settings,
                struct gg_pipeline *pipeline)
{
    pipeline->session.limits = settings->limits;
    pipeline->session.caller = settings->caller;
    pipeline->session.api_url = settings->api_url;
    pipeline->sources = input->inputs;
    pipeline->nsources = input->nsources;
    pipeline->name_files = input->nsources > 1;
    pipeline->facts = input->table;
    pipeline->tenant = settings->tenant;
    pipeline->tenant_from = input->tenant_from;
    pipeline->now = settings->now;
    pipeline->max_line_bytes = (size_t)input->max_line_bytes;
    pipeline->stop.is_asked = stop_is_asked;
}

void input_free(struct input *input)
{
    size_t i;

    for (i = 0; i < input->nsources; i++)
        source_close(&input->sources[i]);
    free(input->inputs);
    free(input->sources);
    gg_facts_table_free(input->table);
}
