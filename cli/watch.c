/* SPDX-License-Identifier: MIT */
/*
 * watch.c - a run that is under way.
 *
 * Called when a chunk is written and counted, and at no other moment: then a
 * limit can be judged and a checkpoint can be made.
 */
#include "batch.h"

#include <inttypes.h>
#include <string.h>

#define TOLD_FROM_MS 2000 /* a rate needs something to go by */

/* How many bytes of the inputs are read, and of how many: 0 if that is not
 * known. */
static uint64_t bytes_read(const struct batch *batch, uint64_t *all)
{
    uint64_t sum = 0;
    size_t i;

    *all = 0;
    for (i = 0; i < batch->input.nsources; i++) {
        uint64_t size = source_size(&batch->input.sources[i]);

        sum += atomic_load(&batch->input.sources[i].taken);
        if (source_is_live(&batch->input.sources[i]))
            return 0;
        *all += size;
    }
    return sum;
}

/* Print to @out how long it will take, if that can be told. */
static void tell_left(char *out, size_t size, const struct watch *watch,
                      int64_t took_ms)
{
    uint64_t all;
    uint64_t now = bytes_read(watch->batch, &all);
    double left_s;

    out[0] = '\0';
    if (all == 0 || now <= watch->bytes_before || now >= all)
        return;
    left_s = (double)(all - now) / (double)(now - watch->bytes_before) *
             (double)took_ms / 1000;
    if (left_s < 90)
        snprintf(out, size, ", %d %%, %.0f s left",
                 (int)(100 * (double)now / (double)all), left_s);
    else if (left_s < 5400)
        snprintf(out, size, ", %d %%, %.0f min left",
                 (int)(100 * (double)now / (double)all), left_s / 60);
    else
        snprintf(out, size, ", %d %%, %.1f h left",
                 (int)(100 * (double)now / (double)all), left_s / 3600);
}

static void show(struct watch *watch)
{
    const gg_tally *tally = watch->batch->tally;
    int64_t took_ms = progress_clock_ms() - watch->began_ms;
    uint64_t n = summary_records(tally);
    uint64_t nerrors = gg_tally_actions(tally, GG_ERROR);
    char left[64] = "";

    if (took_ms >= TOLD_FROM_MS)
        tell_left(left, sizeof(left), watch, took_ms);
    progress_show(&watch->progress,
                  "%" PRIu64 " records, %.0f/s, %" PRIu64 " error%s%s", n,
                  took_ms > 0
                      ? (double)(n - watch->before) * 1000 / (double)took_ms
                      : 0.0,
                  nerrors, nerrors == 1 ? "" : "s", left);
}

void watch_start(struct watch *watch)
{
    uint64_t all;

    progress_start(&watch->progress, &watch->batch->settings,
                   watch->batch->progress);
    watch->before = summary_records(watch->batch->tally);
    watch->bytes_before = bytes_read(watch->batch, &all);
    watch->began_ms = progress_clock_ms();
}

gg_status watch_reached(void *payload, const struct gg_position *reached,
                        struct gg_error *err)
{
    struct watch *watch = payload;
    struct batch *batch = watch->batch;

    watch->at = *reached;
    watch->brake = brakes_stop(&batch->brakes, batch->tally);
    if (watch->brake) {
        err->status = GG_EINTERRUPTED;
        snprintf(err->message, sizeof(err->message), "a limit is exceeded");
        return GG_EINTERRUPTED;
    }
    if (progress_is_due(&watch->progress))
        show(watch);
    if (checkpoint_is_due(&batch->checkpoint))
        return checkpoint_write(batch, reached, watch->output, err);
    return GG_OK;
}

void watch_end(struct watch *watch)
{
    progress_end(&watch->progress);
}
