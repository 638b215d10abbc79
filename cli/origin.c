/* SPDX-License-Identifier: MIT */
/*
 * origin.c - what the records of a run depend on, as lines of text.
 *
 *     version VERSION
 *     policies DIGEST
 *     flag NAME FINGERPRINT
 *     input PATH'S-FINGERPRINT SIZE MTIME FINGERPRINT
 *
 * A run that goes on where another was interrupted has to have the same, but
 * for `now`, which it takes over.  A line that differs says what to tell.
 */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_flag(FILE *head, const char *name, const char *value)
{
    char fingerprint[FINGERPRINT_SIZE] = "-";

    if (value)
        (void)fingerprint_bytes(value, strlen(value), fingerprint);
    fprintf(head, "flag %s %.16s\n", name, fingerprint);
}

static void write_number(FILE *head, const char *name, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%" PRId64, value);
    write_flag(head, name, text);
}

/* All that records depend on, but for `now`, and what judges them. */
static void write_flags(FILE *head, const struct batch *batch)
{
    const struct settings *settings = &batch->settings;
    const struct gg_connect *caller = &settings->caller;
    size_t i;

    write_flag(head, "--output", batch->output);
    write_flag(head, "--tenant", settings->tenant);
    write_flag(head, "--tenant-from", batch->input.tenant_from);
    write_flag(head, "--facts", batch->input.facts);
    write_flag(head, "--client-id", caller->client_id);
    write_flag(head, "--redirect-uri", caller->redirect_uri);
    write_flag(head, "--region", caller->region);
    write_flag(head, "--api-url", settings->api_url);
    write_number(head, "--trace", batch->trace);
    write_number(head, "--allow-fetch", batch->is_fetching_allowed);
    write_number(head, "--isolate-tenants", settings->isolate_tenants);
    write_number(head, "--max-line", batch->input.max_line_bytes);
    write_number(head, "--max-instructions", settings->limits.instructions);
    write_number(head, "--max-memory", (int64_t)settings->limits.memory_bytes);
    write_number(head, "--max-time", settings->limits.time_ms);
    write_flag(head, "--max-errors", batch->brakes.max_errors_text);
    for (i = 0; i < batch->brakes.count; i++)
        write_flag(head,
                   batch->brakes.list[i].is_limit ? "--limit" : "--fail-on",
                   batch->brakes.list[i].text);
}

/* Describe one file: 0, or the exit code after telling. */
static int write_input(FILE *head, const struct source *source)
{
    char fingerprint[FINGERPRINT_SIZE];
    char path[FINGERPRINT_SIZE] = "-";
    struct stat info;
    int fd = open(source->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int rc = -1;

    if (fd >= 0 && fstat(fd, &info) == 0)
        rc = fingerprint_file(fd, (uint64_t)info.st_size, fingerprint);
    if (rc != 0) {
        note_error("io_error", "cannot read %s: %s", source->path,
                   strerror(errno));
    } else {
        (void)fingerprint_bytes(source->path, strlen(source->path), path);
        fprintf(head, "input %.16s %" PRIu64 " %" PRId64 ".%09ld %s\n", path,
                (uint64_t)info.st_size, (int64_t)info.st_mtim.tv_sec,
                info.st_mtim.tv_nsec, fingerprint);
    }
    if (fd >= 0)
        close(fd);
    return rc == 0 ? 0 : EXIT_USAGE;
}

int origin_write(const struct batch *batch, char **origin)
{
    size_t len = 0;
    FILE *head = open_memstream(origin, &len);
    int code = 0;
    size_t i;

    if (head) {
        fprintf(head, "version %s\npolicies %s\n", gg_version(),
                gg_policies_digest(batch->policies));
        write_flags(head, batch);
        for (i = 0; i < batch->input.nsources && code == 0; i++)
            code = write_input(head, &batch->input.sources[i]);
        if (batch->input.facts && code == 0)
            code = write_input(head, &batch->input.facts_source);
    }
    if (head && fclose(head) == 0)
        return code;
    note_error("out_of_memory", "no memory for the checkpoint");
    return EXIT_USAGE;
}

/* --- comparing ------------------------------------------------------------ */

/* The name of input @i; of the facts after the last. */
static const char *input_path(const struct batch *batch, size_t i)
{
    return i < batch->input.nsources ? batch->input.sources[i].path
                                     : batch->input.facts;
}

/* How many bytes of @line its first @n words take, with the space after. */
static size_t words(const char *line, int n)
{
    size_t len = 0;

    for (; n > 0; n--)
        len += strcspn(line + len, " \n") + 1;
    return len;
}

static int share(const char *one, const char *other, int nwords)
{
    return strncmp(one, other, words(one, nwords)) == 0;
}

/* What differs between the lines @ours and @theirs; @nth is how many inputs
 * there were before. */
static void explain(char *why, size_t size, const struct batch *batch,
                    const char *ours, const char *theirs, size_t nth)
{
    static const char input[] = "input ";
    const char *name = ours + words(ours, 1);

    if (!*ours || !share(ours, theirs, 1))
        snprintf(why, size, "other files, limits or brakes were named");
    else if (strncmp(ours, "version ", 8) == 0)
        snprintf(why, size, "another version of grantgate made it");
    else if (strncmp(ours, "policies ", 9) == 0)
        snprintf(why, size, "the policies have changed");
    else if (strncmp(ours, input, sizeof(input) - 1) != 0)
        snprintf(why, size, "%.*s is not what it was", (int)words(name, 1) - 1,
                 name);
    else if (!share(ours, theirs, 2))
        snprintf(why, size, "other files were named");
    else
        snprintf(why, size, "%.200s has changed%s", input_path(batch, nth),
                 share(ours, theirs, 3) ? "" : ": it is not as long as it was");
}

int origin_compare(const struct batch *batch, const char *ours,
                   const char *theirs, char *why, size_t size)
{
    size_t nth = 0;

    while (*ours && *theirs) {
        size_t len = strcspn(ours, "\n") + 1;

        if (strncmp(ours, theirs, len) != 0)
            break;
        nth += strncmp(ours, "input ", 6) == 0;
        ours += len;
        theirs += len;
    }
    if (!*ours && !*theirs)
        return 0;
    explain(why, size, batch, ours, theirs, nth);
    return -1;
}
