/* SPDX-License-Identifier: MIT */
/* attack.c - hostile policies: one of them beside an innocent tenant's. */
#include "attack.h"

#include "policy_set.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define EVIL                                                                   \
    "{\"grant\":{\"id\":\"g-1\",\"provider\":\"imap\",\"email\":"              \
    "\"ann@mail.example\",\"scope\":[\"a\",\"b\"],\"settings\":{"              \
    "\"imap_host\":\"h\",\"imap_password\":\"hunter2\",\"list\":[1,2]},"       \
    "\"extra\":{\"token\":\"t0ps3cret\",\"list\":[3,2,1]}},\"tenant\":"        \
    "\"evil\",\"context\":{\"plan\":\"pro\",\"seats\":[1,2],\"many\":["        \
    "0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]}}"

#define GOOD                                                                   \
    "{\"grant\":{\"id\":\"g-2\",\"provider\":\"imap\",\"email\":"              \
    "\"bob@mail.example\"},\"tenant\":\"good\"}"

static const char good_policy[] =
    "local lib = require 'lib.shared'\n"
    "return { evaluate = function(grant)\n"
    "  local keys = {}\n"
    "  for k, v in pairs(grant.raw) do keys[#keys + 1] = k .. type(v) end\n"
    "  table.sort(keys)\n"
    "  return reject { reason = lib.reason, data = {\n"
    "    keys = keys, upper = ('x'):upper():rep(3), pi = math.floor(math.pi),\n"
    "    match = ('a1b2'):gsub('%d', '-'), n = #lib.list, id = grant.id } }\n"
    "end }\n";

static const char shared_library[] =
    "return { reason = 'shared', list = { 1, 2, 3 } }\n";

/* A limit that time is not meant to reach, unless the row says so. */
#define AMPLE_MS 60000
#define SHORT_MS 100

/* What a process has beside Lua's memory: malloc's own, and the records. */
#define SLACK_BYTES ((size_t)8 << 20)

static size_t peak_bytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss * 1024;
}

static int open_files(void)
{
    int n = 0;
    int fd;

    for (fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* The sanitizers keep freed memory, and shadows of all of it. */
static int is_sanitized(void)
{
#ifdef SANITIZED
    return 1;
#else
    return 0;
#endif
}

static void expect_outcome(const struct attack *attack, const char *record)
{
    char outcome[64];
    int is_error = strstr(record, "\"action\":\"error\"") != NULL;

    snprintf(outcome, sizeof(outcome), "\"%s\":\"%s\"",
             is_error ? "code" : "action", attack->outcome);
    ck_assert_msg(strstr(record, outcome) != NULL, "%s\n%s", attack->code,
                  record);
    ck_assert_msg(!attack->part || strstr(record, attack->part) != NULL,
                  "%s\n%s", attack->code, record);
    ck_assert_msg(!strstr(record, "hunter2") && !strstr(record, "t0ps3cret"),
                  "%s\n%s", attack->code, record);
    expect_no_address(record);
}

static void run(const struct attack *attack, const char *file)
{
    const struct policy_file files[] = {{"lib/shared.lua", shared_library},
                                        {"tenants/evil.lua", file},
                                        {"tenants/good.lua", good_policy},
                                        {NULL, NULL}};
    const struct gg_policies_options options = {.isolate_tenants = 1,
                                                .instructions = 10000000,
                                                .memory_bytes = (size_t)16
                                                                << 20,
                                                .time_ms = AMPLE_MS};
    struct policy_set set = {0};
    int is_slow = strcmp(attack->outcome, "time_limit") == 0;
    size_t before = peak_bytes();
    int files_before = open_files();
    char *first;
    char *evil;
    char *last;

    set.options.limits.time_ms = is_slow ? SHORT_MS : AMPLE_MS;
    ck_assert_msg(policy_set_try(&set, files, &options) == GG_OK, "%s",
                  set.error.message);
    first = policy_set_record(&set, GOOD);
    evil = policy_set_record(&set, EVIL);
    last = policy_set_record(&set, GOOD);
    expect_outcome(attack, evil);
    expect_part(first, "\"action\":\"reject\"");
    ck_assert_str_eq(first, last);
    ck_assert_int_eq(open_files(), files_before);
    if (!is_sanitized())
        ck_assert_uint_le(peak_bytes() - before,
                          options.memory_bytes / 10 * 11 + SLACK_BYTES);
    free(first);
    free(evil);
    free(last);
    policy_set_free(&set);
}

void attack_load(const struct attack *attack)
{
    run(attack, attack->code);
}

void attack_evaluate(const struct attack *attack)
{
    static const char form[] = "return { evaluate = function(grant) %s\nend }";
    size_t size = sizeof(form) + strlen(attack->code);
    char *file = malloc(size);

    ck_assert_ptr_nonnull(file);
    snprintf(file, size, form, attack->code);
    run(attack, file);
    free(file);
}
