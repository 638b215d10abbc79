/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.c - where a run that was interrupted goes on.
 *
 * A checkpoint is lines of text:
 *
 *     grantgate checkpoint 1
 *     now SECONDS
 *     the origin, as origin_write() writes it
 *     at SOURCE OFFSET LINES
 *     output BYTES FINGERPRINT
 *     the counts, as gg_tally_save() writes them
 *     sum FINGERPRINT
 *
 * What is read is believed no more than any input.
 *
 * It is written to FILE.tmp, which then takes the place of FILE, after the
 * records it counts are on disk: whenever the machine stops, FILE holds a
 * state from which the output can be had byte for byte.
 */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEXT_MAX ((size_t)16 << 20)
#define EVERY_MS 1000

static const char first_line[] = "grantgate checkpoint 1\n";

/* Tell what is wrong with the file, and what to do.  Returns the exit code. */
static int refuse(const struct checkpoint *checkpoint, const char *why)
{
    note_error("checkpoint", "cannot go on from %s: %s", checkpoint->path, why);
    note_hint(
        "grantgate: run it as it was run then, or remove %s to begin anew",
        checkpoint->path);
    return EXIT_USAGE;
}

static int tell(const struct checkpoint *checkpoint, const char *what)
{
    note_error("io_error", "cannot %s %s: %s", what, checkpoint->path,
               strerror(errno));
    return EXIT_USAGE;
}

/* --- reading -------------------------------------------------------------- */

/* Read all of the file; checkpoint->text stays NULL if there is none. */
static int read_text(struct checkpoint *checkpoint)
{
    int fd = open(checkpoint->path,
                  O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    struct stat info;
    ssize_t n = -1;
    size_t size;

    if (fd < 0)
        return errno == ENOENT ? 0 : tell(checkpoint, "read");
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
        (uint64_t)info.st_size > TEXT_MAX) {
        close(fd);
        return refuse(checkpoint, "it is no checkpoint");
    }
    size = (size_t)info.st_size;
    checkpoint->text = calloc(1, size + 1);
    if (checkpoint->text)
        n = read(fd, checkpoint->text, size);
    close(fd);
    if (n < 0)
        return tell(checkpoint, "read");
    if ((size_t)n != size || strlen(checkpoint->text) != size)
        return refuse(checkpoint, "it is damaged");
    return 0;
}

/* If *@text starts with @word, go past it. */
static int skip_word(const char **text, const char *word)
{
    size_t len = strlen(word);

    if (strncmp(*text, word, len) != 0)
        return 0;
    *text += len;
    return 1;
}

/* Read digits up to @end, and go past that. */
static int take_number(const char **text, char end, uint64_t *number)
{
    const char *p = *text;

    for (*number = 0; *p >= '0' && *p <= '9'; p++) {
        if (*number > (INT64_MAX - 9) / 10)
            return 0;
        *number = *number * 10 + (uint64_t)(*p - '0');
    }
    if (p == *text || *p != end)
        return 0;
    *text = p + 1;
    return 1;
}

static int take_fingerprint(const char **text,
                            char fingerprint[FINGERPRINT_SIZE])
{
    size_t len = strspn(*text, "0123456789abcdef");

    if (len != FINGERPRINT_SIZE - 1 || (*text)[len] != '\n')
        return 0;
    memcpy(fingerprint, *text, len);
    fingerprint[len] = '\0';
    *text += len + 1;
    return 1;
}

/* Whether the last line is the fingerprint of all before; it is cut off. */
static int is_whole(struct checkpoint *checkpoint)
{
    static const size_t sum_len = sizeof("sum \n") - 1 + FINGERPRINT_SIZE - 1;
    char written[FINGERPRINT_SIZE];
    char counted[FINGERPRINT_SIZE];
    size_t len = strlen(checkpoint->text);
    const char *sum;

    if (len < sum_len)
        return 0;
    len -= sum_len;
    sum = checkpoint->text + len;
    if (!skip_word(&sum, "sum ") || !take_fingerprint(&sum, written) ||
        fingerprint_bytes(checkpoint->text, len, counted) != 0 ||
        strcmp(written, counted) != 0)
        return 0;
    checkpoint->text[len] = '\0';
    return 1;
}

/* Take what a checkpoint holds: 0, or the exit code after telling. */
static int take_text(struct checkpoint *checkpoint, struct settings *settings)
{
    const char *text = checkpoint->text;
    char *end;
    uint64_t now;
    uint64_t source;

    if (!is_whole(checkpoint))
        return refuse(checkpoint, "it is damaged");
    if (!skip_word(&text, first_line))
        return refuse(checkpoint, "another version of grantgate made it");
    if (!skip_word(&text, "now ") || !take_number(&text, '\n', &now) ||
        now == 0)
        return refuse(checkpoint, "it is damaged");
    if (settings->now != 0 && settings->now != (int64_t)now)
        return refuse(checkpoint, "--now is not what it was");
    settings->now = (int64_t)now;

    checkpoint->their_origin = text;
    end = strstr(text, "\nat ");
    if (!end)
        return refuse(checkpoint, "it is damaged");
    end[1] = '\0';
    text = end + strlen("\nat ");
    if (!take_number(&text, ' ', &source) ||
        !take_number(&text, ' ', &checkpoint->at.offset) ||
        !take_number(&text, '\n', &checkpoint->at.lines) ||
        !skip_word(&text, "output ") ||
        !take_number(&text, ' ', &checkpoint->mark.size) ||
        !take_fingerprint(&text, checkpoint->mark.fingerprint))
        return refuse(checkpoint, "it is damaged");
    checkpoint->at.source = (size_t)source;
    checkpoint->counts = text;
    return 0;
}

/* --- what a run asks for -------------------------------------------------- */

static int check_batch(const struct checkpoint *checkpoint,
                       const struct batch *batch)
{
    const struct command *command = batch->settings.command;
    size_t i;

    if (!batch->output)
        return note_usage(command, "option '--checkpoint' needs --output FILE");
    for (i = 0; i <= batch->input.nsources; i++) {
        const struct source *source = i < batch->input.nsources
                                          ? &batch->input.sources[i]
                                          : &batch->input.facts_source;

        if (!source->path)
            continue;
        if (strcmp(source->path, "-") == 0 || source_is_live(source))
            return note_usage(command,
                              "option '--checkpoint' needs files that can be "
                              "read again, not %s",
                              strcmp(source->path, "-") == 0 ? "standard input"
                                                             : source->path);
        if (source_is(source, checkpoint->path) ||
            source_is(source, checkpoint->tmp))
            return note_usage(command, "%s is input and checkpoint at once",
                              source->path);
    }
    if (strcmp(checkpoint->path, batch->output) == 0)
        return note_usage(command, "%s is output and checkpoint at once",
                          batch->output);
    return 0;
}

int checkpoint_open(struct batch *batch)
{
    struct checkpoint *checkpoint = &batch->checkpoint;
    int code;
    int n;

    if (!checkpoint->path)
        return 0;
    n = snprintf(checkpoint->tmp, sizeof(checkpoint->tmp), "%s.tmp",
                 checkpoint->path);
    if (!*checkpoint->path || n < 0 || (size_t)n >= sizeof(checkpoint->tmp))
        return note_usage(batch->settings.command,
                          "the name of the checkpoint does not fit");
    code = check_batch(checkpoint, batch);
    if (code == 0)
        code = read_text(checkpoint);
    if (code == 0 && checkpoint->text)
        code = take_text(checkpoint, &batch->settings);
    return code;
}

/* --- comparing ------------------------------------------------------------ */

int checkpoint_match(struct batch *batch)
{
    struct checkpoint *checkpoint = &batch->checkpoint;
    const struct gg_position *at = &checkpoint->at;
    char why[512];
    int code;

    if (!checkpoint->path)
        return 0;
    code = origin_write(batch, &checkpoint->origin);
    if (code != 0 || !checkpoint->text)
        return code;
    if (origin_compare(batch, checkpoint->origin, checkpoint->their_origin, why,
                       sizeof(why)) != 0)
        return refuse(checkpoint, why);
    if (at->source > batch->input.nsources || at->lines > at->offset ||
        (at->offset > 0 && (at->source == batch->input.nsources ||
                            batch->input.inputs[at->source].is_document)))
        return refuse(checkpoint, "it is damaged");
    return 0;
}

/* --- writing -------------------------------------------------------------- */

int checkpoint_is_due(const struct checkpoint *checkpoint)
{
    return checkpoint->path && progress_clock_ms() >= checkpoint->due_ms;
}

static gg_status fail(const struct checkpoint *checkpoint, struct gg_error *err)
{
    err->status = GG_EIO;
    snprintf(err->message, sizeof(err->message), "cannot write %.300s: %s",
             checkpoint->path, strerror(errno));
    return GG_EIO;
}

/* Put @text in the place of the file, all or nothing. */
static int replace(const struct checkpoint *checkpoint, const char *text,
                   size_t len)
{
    int fd;
    int is_written;

    if (unlink(checkpoint->tmp) != 0 && errno != ENOENT)
        return -1;
    fd = open(checkpoint->tmp,
              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    is_written = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    if (close(fd) != 0 || !is_written ||
        rename(checkpoint->tmp, checkpoint->path) != 0)
        return -1;
    output_sync_folder(checkpoint->path);
    return 0;
}

static char *compose(const struct batch *batch, const struct gg_position *at,
                     const struct output_mark *mark, const char *counts,
                     size_t *len)
{
    char fingerprint[FINGERPRINT_SIZE];
    char *text = NULL;
    FILE *stream = open_memstream(&text, len);

    if (!stream)
        return NULL;
    fprintf(stream, "%snow %" PRId64 "\n%sat %zu %" PRIu64 " %" PRIu64 "\n",
            first_line, batch->settings.now, batch->checkpoint.origin,
            at->source, at->offset, at->lines);
    fprintf(stream, "output %" PRIu64 " %s\n%s", mark->size, mark->fingerprint,
            counts);
    if (fflush(stream) != 0 ||
        fingerprint_bytes(text, *len, fingerprint) != 0 ||
        fprintf(stream, "sum %s\n", fingerprint) < 0) {
        fclose(stream);
        free(text);
        return NULL;
    }
    if (fclose(stream) == 0)
        return text;
    free(text);
    return NULL;
}

gg_status checkpoint_write(struct batch *batch, const struct gg_position *at,
                           struct output *output, struct gg_error *err)
{
    struct checkpoint *checkpoint = &batch->checkpoint;
    struct output_mark mark;
    gg_status status = output_sync(output, &mark, err);
    char *counts = NULL;
    char *text;
    size_t len = 0;

    if (status == GG_OK)
        status = gg_tally_save(batch->tally, &counts, err);
    if (status != GG_OK)
        return status;
    text = compose(batch, at, &mark, counts, &len);
    gg_free(counts);
    if (!text)
        errno = ENOMEM;
    if (!text || replace(checkpoint, text, len) != 0)
        status = fail(checkpoint, err);
    free(text);
    checkpoint->due_ms = progress_clock_ms() + EVERY_MS;
    return status;
}

void checkpoint_remove(const struct checkpoint *checkpoint)
{
    if (checkpoint->path && unlink(checkpoint->path) == 0)
        output_sync_folder(checkpoint->path);
}

void checkpoint_free(struct checkpoint *checkpoint)
{
    free(checkpoint->origin);
    free(checkpoint->text);
    checkpoint->origin = NULL;
    checkpoint->text = NULL;
}
