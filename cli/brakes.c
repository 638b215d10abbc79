/* SPDX-License-Identifier: MIT */
/*
 * brakes.c - what stops a bad deploy: --fail-on, --limit, --max-errors.
 *
 * They are judged by the counts of the whole run.  Only a --limit that is a
 * number can be known to be broken before the end, and then the run need not
 * go on.
 */
#include "batch.h"

#include <inttypes.h>
#include <string.h>

#define WHOLE 100000 /* thousandths of a percent */
#define MOST  ((uint64_t)1000000000000)

/* Read digits, at most MOST.  Returns what follows, or NULL. */
static const char *read_digits(const char *text, uint64_t *number)
{
    const char *p = text;

    for (*number = 0; *p >= '0' && *p <= '9' && *number <= MOST; p++)
        *number = *number * 10 + (uint64_t)(*p - '0');
    return p > text && *number <= MOST ? p : NULL;
}

/* Read "N", "P%" or "P.PPP%".  0, or -1. */
static int read_amount(const char *text, struct amount *amount)
{
    uint64_t unit = WHOLE / 100;
    const char *p = read_digits(text, &amount->count);

    if (!p)
        return -1;
    amount->is_share = strchr(p, '%') != NULL;
    if (!amount->is_share)
        return *p == '\0' ? 0 : -1;
    if (amount->count > 100)
        return -1;
    amount->count *= unit;
    if (*p == '.') {
        for (p++; *p >= '0' && *p <= '9' && unit > 1; p++) {
            unit /= 10;
            amount->count += (uint64_t)(*p - '0') * unit;
        }
        if (p[-1] == '.')
            return -1;
    }
    return strcmp(p, "%") == 0 && amount->count <= WHOLE ? 0 : -1;
}

static int read_action(const char *name, size_t len, enum gg_action *action)
{
    int i;

    for (i = 0; i < GG_ACTION_COUNT; i++) {
        const char *known = gg_action_name((enum gg_action)i);

        if (strlen(known) == len && strncmp(known, name, len) == 0) {
            *action = (enum gg_action)i;
            return 0;
        }
    }
    return -1;
}

static int take_max_errors(struct brakes *brakes, const struct command *command,
                           const char *value)
{
    if (read_amount(value, &brakes->max_errors) == 0) {
        brakes->max_errors_text = value;
        return 0;
    }
    return note_usage(command,
                      "option '--max-errors': '%s' is neither a number nor a "
                      "share like 0.5%%",
                      value);
}

int brakes_take(struct brakes *brakes, const struct command *command, int id,
                const char *value)
{
    struct brake brake = {.is_limit = id == FLAG_LIMIT, .text = value};
    const char *flag = brake.is_limit ? "limit" : "fail-on";
    const char *rest = strpbrk(value, brake.is_limit ? "=" : ">");
    size_t len = rest ? (size_t)(rest - value) : strlen(value);

    if (id == FLAG_MAX_ERRORS)
        return take_max_errors(brakes, command, value);
    if (brakes->count == BRAKES_MAX)
        return note_usage(command, "more than %d times --fail-on and --limit",
                          BRAKES_MAX);
    if (read_action(value, len, &brake.action) != 0)
        return note_usage(command,
                          "option '--%s': '%.*s' is none of accept, reauth, "
                          "repair, defer, reject, error",
                          flag, (int)len, value);
    if (rest ? read_amount(rest + 1, &brake.most) != 0 : brake.is_limit)
        return note_usage(command,
                          "option '--%s': '%s' is not %s with a number or a "
                          "share like 0.5%%",
                          flag, value,
                          brake.is_limit ? "ACTION=N" : "ACTION or ACTION>N");
    brakes->list[brakes->count++] = brake;
    return 0;
}

/* --- judging -------------------------------------------------------------- */

static uint64_t total(const gg_tally *tally)
{
    uint64_t sum = 0;
    int i;

    for (i = 0; i < GG_ACTION_COUNT; i++)
        sum += gg_tally_actions(tally, (enum gg_action)i);
    return sum;
}

/* Whether @n of @all is more than @most. */
static int is_over(const struct amount *most, uint64_t n, uint64_t all)
{
    if (!most->is_share)
        return n > most->count;
    return n > 0 && (double)n * WHOLE > (double)most->count * (double)all;
}

static int is_broken(const struct brake *brake, const gg_tally *tally)
{
    return is_over(&brake->most, gg_tally_actions(tally, brake->action),
                   total(tally));
}

const struct brake *brakes_stop(const struct brakes *brakes,
                                const gg_tally *tally)
{
    size_t i;

    for (i = 0; i < brakes->count; i++) {
        const struct brake *brake = &brakes->list[i];

        if (brake->is_limit && !brake->most.is_share && is_broken(brake, tally))
            return brake;
    }
    return NULL;
}

static void tell(const struct brake *brake, const gg_tally *tally)
{
    uint64_t n = gg_tally_actions(tally, brake->action);

    note_error(brake->is_limit ? "limit" : "fail_on",
               "%" PRIu64 " of %" PRIu64 " records %s %s, over --%s %s", n,
               total(tally), n == 1 ? "is" : "are",
               gg_action_name(brake->action),
               brake->is_limit ? "limit" : "fail-on", brake->text);
}

int brakes_judge(const struct brakes *brakes, const gg_tally *tally,
                 int *may_name)
{
    int code = 0;
    size_t i;

    *may_name = 1;
    for (i = 0; i < brakes->count; i++) {
        if (!is_broken(&brakes->list[i], tally))
            continue;
        tell(&brakes->list[i], tally);
        if (brakes->list[i].is_limit)
            *may_name = 0;
        code = EXIT_NO;
    }
    return code;
}

int brakes_allow_errors(const struct brakes *brakes, const gg_tally *tally)
{
    return !is_over(&brakes->max_errors, gg_tally_actions(tally, GG_ERROR),
                    total(tally));
}
