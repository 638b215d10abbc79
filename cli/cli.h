/* SPDX-License-Identifier: MIT */
/*
 * cli.h - what the files of the program share.
 *
 * A command is a file with one `const struct command`, listed in main.c.
 * Its flags are data: the parser and --help both read the same tables, so
 * they cannot drift apart.  Records go to standard output and everything
 * else to standard error, through note.c, which escapes what a terminal
 * would act on.
 */
#ifndef CLI_H
#define CLI_H

#include "grantgate.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(__GNUC__)
#define CLI_FORMAT(n, m) __attribute__((format(printf, n, m)))
#else
#define CLI_FORMAT(n, m)
#endif

/* Where `make install` puts the shipped policies; the build says. */
#ifndef GG_POLICYDIR
#define GG_POLICYDIR "/usr/local/share/grantgate/policies"
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- main.c: commands ---------------------------------------------------- */

enum exit_code {
    EXIT_RAN = 0,
    EXIT_NO = 1,
    EXIT_USAGE = 2, /* usage, configuration, input and output */
    EXIT_POLICIES = 3,
    EXIT_UNDECIDED = 4,
    EXIT_API = 5,
    EXIT_RESUMABLE = 75,
    EXIT_INTERRUPTED = 130,
    EXIT_PIPE = 141 /* the reader went away; main.c dies of SIGPIPE */
};

/* Which of two codes the program ends with. */
int exit_worse(int one, int other);

/* One flag.  `id` is what option_fn gets. */
struct flag {
    int id;
    char letter;          /* 0: none */
    const char *name;     /* without the dashes */
    const char *argument; /* what --help calls its value, from which shells
                             learn what it is; NULL: takes none */
    const char *help;     /* one paragraph, wrapped by --help */
};

/* A headed part of --help.  Ends with a flag without a name. */
struct flag_group {
    const char *title;
    const struct flag *flags;
};

/* Something to type, and what it does. */
struct example {
    const char *line;
    const char *meaning;
};

struct exit_line {
    int code;
    const char *meaning;
};

/* Lists end with a zeroed entry. */
struct command {
    const char *name;
    const char *summary; /* for the list of commands */
    const char *operands;
    const char *about;
    const struct example *examples;
    const struct flag_group *const *groups; /* NULL: no flags */
    const struct exit_line *exits;
    /* argv[0] is the command's name.  Returns an exit code. */
    int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command eval_command;
extern const struct command fetch_command;
extern const struct command diff_command;
extern const struct command explain_command;
extern const struct command report_command;
extern const struct command init_command;
extern const struct command url_command;
extern const struct command test_command;
extern const struct command check_command;
extern const struct command completion_command;

/* Command number @index in the order of --help, or NULL past the last. */
const struct command *command_at(size_t index);

/* --- option.c: flags, parsed and explained ------------------------------- */

/* Take one flag: 0, or the exit code after telling what is wrong. */
typedef int (*option_fn)(void *self, int id, const char *value);

#define OPTIONS_DONE (-1)

/*
 * Hand each flag of @argv to @take and move the operands to the end.
 *
 * Returns OPTIONS_DONE with *@first the first operand; else the exit code to
 * end with: help was asked for, or the usage is wrong and has been told.
 */
int options_read(const struct command *command, int argc, char **argv,
                 option_fn take, void *self, int *first);

void option_help(const struct command *command);

/* Read the value of --format, one of two: *@is_other tells which.  0, or the
 * exit code after telling that it is neither. */
int format_take(const struct command *command, const char *value,
                const char *one, const char *other, int *is_other);

/* Print @text to @stream in lines of 79 columns, all but the first indented.
 * @column is where the first line starts. */
void option_wrap(FILE *stream, const char *text, int indent, int column);

/* --- nearest.c ----------------------------------------------------------- */

/* The closest word to a misspelt one.  Start with `wanted` and zeros. */
struct nearest {
    const char *wanted;
    const char *word; /* NULL: none is close enough to suggest */
    size_t distance;
};

void nearest_offer(struct nearest *nearest, const char *word);

/* --- escape.c ------------------------------------------------------------ */

/* Copy @text to @out[@size] with all that would steer a terminal as \xNN.
 * Cuts what does not fit.  Returns @out. */
const char *escape_terminal(char *out, size_t size, const char *text);

/* Print @text likewise, however long it is. */
void escape_long(FILE *stream, const char *text);

/* Print @text as a JSON string; what is not UTF-8 becomes U+FFFD. */
void escape_json(FILE *stream, const char *text);

/* Print @text for XML, as content or attribute; what would steer a terminal,
 * and XML may not hold, as \xNN. */
void escape_xml(FILE *stream, const char *text);

/* --- note.c: messages on standard error ---------------------------------- */

struct settings;

/* "grantgate: <token>: <message>" */
void note_error(const char *token, const char *format, ...) CLI_FORMAT(2, 3);
void note_failure(const struct gg_error *err);

/* A usage error and where to read more.  Returns EXIT_USAGE.  @command may
 * be NULL: the program itself. */
int note_usage(const struct command *command, const char *format, ...)
    CLI_FORMAT(2, 3);

/* Silenced by -q. */
void note_warning(const struct settings *settings, const char *format, ...)
    CLI_FORMAT(2, 3);
void note_aside(const struct settings *settings, const char *format, ...)
    CLI_FORMAT(2, 3);

/* What else belongs to an error: not silenced. */
void note_hint(const char *format, ...) CLI_FORMAT(1, 2);

/* Show @text until the next line of any kind, or no such line if it is NULL.
 * For terminals. */
void note_passing(const char *text);

/* gg_log_fn */
void note_log(const char *where, const char *grant_id, const char *text,
              void *payload);

/* --- number.c ------------------------------------------------------------ */

struct unit {
    const char *name;
    int64_t factor;
};

/* Zero-terminated.  The first is what a bare number means. */
extern const struct unit number_plain[];
extern const struct unit number_bytes[];
extern const struct unit number_time_ms[];

/* Read @text, a whole number from @low to @high with a unit of @units.
 * Returns 0, or -1 when it is not one. */
int number_read(const char *text, const struct unit *units, int64_t low,
                int64_t high, int64_t *number);

/* Read the value of a flag, from 1 to @high: 0, or the exit code. */
int number_take(const struct command *command, const char *flag,
                const char *value, const struct unit *units, int64_t high,
                int64_t *number);

/* --- settings.c: what every command knows how to be told ----------------- */

enum lockdown_mode { LOCKDOWN_AUTO, LOCKDOWN_REQUIRE, LOCKDOWN_OFF };

#define SETTINGS_MAX_FUNCTIONS 64

struct settings {
    const struct command *command; /* for messages */
    const char *policies;          /* -p, or NULL */
    const char *tenant;
    int64_t now;
    struct gg_limits limits;
    struct gg_connect caller; /* flags, then environment */
    const char *api_url;
    struct gg_function functions[SETTINGS_MAX_FUNCTIONS]; /* of the host */
    size_t nfunctions;
    enum lockdown_mode lockdown;
    int isolate_tenants;
    int is_quiet;
    int is_verbose;
};

/* Ids of the flags, of all commands. */
enum flag_id {
    FLAG_HELP = 256, /* above every letter */
    FLAG_POLICIES,
    FLAG_TENANT,
    FLAG_NOW,
    FLAG_ISOLATE_TENANTS,
    FLAG_CLIENT_ID,
    FLAG_REDIRECT_URI,
    FLAG_REGION,
    FLAG_API_URL,
    FLAG_MAX_INSTRUCTIONS,
    FLAG_MAX_MEMORY,
    FLAG_MAX_TIME,
    FLAG_LOCKDOWN,
    FLAG_NO_LOCKDOWN,
    FLAG_QUIET,
    FLAG_VERBOSE,
    FLAG_TENANT_FROM,
    FLAG_FACTS,
    FLAG_OUTPUT,
    FLAG_JOBS,
    FLAG_TRACE,
    FLAG_SUMMARY,
    FLAG_NO_SUMMARY,
    FLAG_NO_PROGRESS,
    FLAG_CHECKPOINT,
    FLAG_LINE_BUFFERED,
    FLAG_FAIL_ON,
    FLAG_LIMIT,
    FLAG_MAX_ERRORS,
    FLAG_MAX_LINE,
    FLAG_PROVIDER,
    FLAG_EMAIL,
    FLAG_CONTEXT,
    FLAG_SMTP_REQUIRED,
    FLAG_NO_SMTP_REQUIRED,
    FLAG_LOGIN_HINT,
    FLAG_STATE,
    FLAG_SCOPE,
    FLAG_PROMPT,
    FLAG_ACCESS_TYPE,
    FLAG_CREDENTIAL_ID,
    FLAG_INCLUDE_GRANT_SCOPES,
    FLAG_NO_INCLUDE_GRANT_SCOPES,
    FLAG_OPTION,
    FLAG_PKCE,
    FLAG_JSON,
    FLAG_ALLOW_FETCH,
    FLAG_API_KEY_FILE,
    FLAG_PARALLEL,
    FLAG_RATE,
    FLAG_RETRIES,
    FLAG_BACKOFF,
    FLAG_TIMEOUT,
    FLAG_CONNECT_TIMEOUT,
    FLAG_MAX_BODY,
    FLAG_CA_FILE,
    FLAG_IDS,
    FLAG_ALL,
    FLAG_GRANT_PROVIDER,
    FLAG_STATUS,
    FLAG_SINCE,
    FLAG_BEFORE,
    FLAG_WORKSPACE,
    FLAG_DETAIL,
    FLAG_STRICT,
    FLAG_ID,
    FLAG_CONNECT,
    FLAG_STAT,
    FLAG_ONLY,
    FLAG_EXIT_CODE,
    FLAG_FORMAT,
    FLAG_RUN,
    FLAG_COVERAGE,
    FLAG_THRESHOLD,
    FLAG_HOST_FUNCTION
};

extern const struct flag_group settings_folder_flags;      /* -p */
extern const struct flag_group settings_question_flags;    /* -t --now … */
extern const struct flag_group settings_application_flags; /* --client-id … */
extern const struct flag_group settings_place_flags;       /* --region … */
extern const struct flag_group settings_limit_flags;       /* --max-… */
extern const struct flag_group settings_host_flags;        /* --host-function */
extern const struct flag_group settings_safety_flags;      /* --lockdown */
extern const struct flag_group settings_general_flags;     /* -q -v --help */

/* option_fn for the flags above; @self is struct settings. */
int settings_take(void *self, int id, const char *value);

/* Fill what flags left open from the environment, then check the caller's
 * connect fields.  0, or the exit code after telling which does not fit. */
int settings_finish(struct settings *settings);

/* Take the time of the run from the clock, unless it is set. */
void settings_read_clock(struct settings *settings);

/* --- folder.c: the policy folder in use ---------------------------------- */

/* Its path. */
const char *folder_path(const struct settings *settings);

/* Take the folder from the @n operands at @operands, of which there may be
 * one instead of -p.  0, or the exit code after telling what is wrong. */
int folder_operand(struct settings *settings, int n, char **operands);

/* Load the policies, tell of broken files, check the tenant, tell -v's line.
 * 0, or the exit code after telling what is wrong. */
int folder_open(const struct settings *settings, gg_policies **policies);

/* Whether the tenant of @settings, if any, is known: 0, or the exit code after
 * telling that it is not. */
int folder_check_tenant(const struct settings *settings,
                        const gg_policies *policies);

/* Print version, policies, digest and now as one line. */
void folder_headline(FILE *stream, const struct settings *settings,
                     const gg_policies *policies);

/* --- progress.c: how far a run has come ------------------------------------
 */

/* Between start and end; by one thread at a time. */
struct progress {
    int64_t every_ms; /* 0: nothing is shown */
    int64_t due_ms;
    int is_line; /* written over in place, on a terminal */
};

/*
 * Show progress where it is of use: a line in place on a terminal, a plain
 * line every 30 seconds under -v elsewhere; nothing under -q.  @wanted GG_NO
 * is --no-progress, GG_YES plain lines without -v.
 */
void progress_start(struct progress *progress, const struct settings *settings,
                    enum gg_choice wanted);

/* Whether it is time for progress_show().  Cheap: ask often. */
int progress_is_due(struct progress *progress);
void progress_show(struct progress *progress, const char *format, ...)
    CLI_FORMAT(2, 3);

/* Wipe the line.  May be called twice. */
void progress_end(struct progress *progress);

/* Milliseconds since some moment. */
int64_t progress_clock_ms(void);

/* --- processors.c --------------------------------------------------------- */

#define JOBS_MAX 256

/* How many threads to use where @asked are wanted; 0: one for each processor
 * that this process may use.  From 1 to JOBS_MAX. */
unsigned processors(int64_t asked);

/* --- stop.c: the first SIGINT or SIGTERM --------------------------------- */

/* From now on the first such signal sets the flag, the second kills. */
int stop_catch(struct gg_error *err);

/* Whether it has come; from any thread. */
int stop_is_asked(void *unused);

/* Wait until @fd can be read: 1; or until stopped: 0. */
int stop_wait(int fd);

/* --- field.c: connect fields as flags ------------------------------------ */

#define FIELD_LIST_MAX 64

/* Lists under construction.  Zero-initialise. */
struct field_lists {
    const char *scope[FIELD_LIST_MAX + 1];
    const char *options[FIELD_LIST_MAX + 1];
    char *owned[FIELD_LIST_MAX]; /* copies that `scope` points into */
    size_t nscope;
    size_t noptions;
    size_t nowned;
};

extern const struct flag_group field_flags;

/* Take a flag of field_flags: 0, an exit code, or OPTIONS_DONE if it is not
 * one of them. */
int field_take(struct settings *settings, struct field_lists *lists, int id,
               const char *value);

/* Tell each field of @given, the flags, that a layer replaced. */
void field_note_replaced(const struct settings *settings,
                         const struct gg_connect *given,
                         const struct gg_connect_answer *answer);

void field_lists_free(struct field_lists *lists);

#endif
