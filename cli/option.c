/* SPDX-License-Identifier: MIT */
/*
 * option.c - flags: one table drives the parser and --help.
 *
 * Short letters are turned into the flag's id at once, so that a command
 * sees ids only.  getopt_long(3) takes any start of a name that fits no other;
 * that is refused, or --api-key would be --api-key-file, and a key that must
 * not be an argument would be told as the name of a file.
 */
#include "cli.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <string.h>

#define FLAGS_MAX  64
#define WIDTH      79
#define HELP_START 27 /* column of the explanations */

/* The flags of a command in the form getopt_long(3) wants. */
struct parser {
    const struct command *command;
    char letters[2 + 2 * FLAGS_MAX];
    struct option longs[FLAGS_MAX + 1];
};

static const struct flag *flag_find(const struct command *command, int code)
{
    const struct flag_group *const *group;
    const struct flag *flag;

    for (group = command->groups; group && *group; group++) {
        for (flag = (*group)->flags; flag->name; flag++) {
            if (flag->id == code || (flag->letter && flag->letter == code))
                return flag;
        }
    }
    return NULL;
}

static void parser_fill(struct parser *parser, const struct command *command)
{
    const struct flag_group *const *group;
    const struct flag *flag;
    size_t nletters = 0;
    size_t n = 0;

    parser->command = command;
    parser->letters[nletters++] = ':'; /* tell missing from unknown */
    for (group = command->groups; group && *group; group++) {
        for (flag = (*group)->flags; flag->name; flag++) {
            assert(n < FLAGS_MAX);
            parser->longs[n].name = flag->name;
            parser->longs[n].has_arg = flag->argument ? required_argument
                                                      : no_argument;
            parser->longs[n].val = flag->id;
            n++;
            if (flag->letter)
                parser->letters[nletters++] = flag->letter;
            if (flag->letter && flag->argument)
                parser->letters[nletters++] = ':';
        }
    }
}

/* Tell of the unknown flag @text, without its value: it may be a secret. */
static int tell_unknown(const struct command *command, const char *text)
{
    const struct flag_group *const *group;
    const struct flag *flag;
    char name[64];
    size_t len = strcspn(text, "=");
    struct nearest nearest = {.wanted = name};

    snprintf(name, sizeof(name), "%.*s", len < 60 ? (int)len : 60, text);
    for (group = command->groups; group && *group; group++) {
        for (flag = (*group)->flags; flag->name; flag++)
            nearest_offer(&nearest, flag->name);
    }
    if (nearest.word)
        return note_usage(command,
                          "unknown option '--%s', did you mean '--%s'?", name,
                          nearest.word);
    return note_usage(command, "unknown option '--%s'", name);
}

/* Tell what getopt_long() did not like; @code is its answer. */
static int tell_wrong(const struct command *command, int code, char **argv)
{
    const struct flag *flag = optopt ? flag_find(command, optopt) : NULL;
    const char *word = optind > 0 ? argv[optind - 1] : "";

    if (code == ':' && flag)
        return note_usage(command, "option '--%s' needs %s", flag->name,
                          flag->argument);
    if (flag && !flag->argument)
        return note_usage(command, "option '--%s' takes no value", flag->name);
    if (optopt)
        return note_usage(command, "unknown option '-%c'", optopt);
    return tell_unknown(command, strncmp(word, "--", 2) == 0 ? word + 2 : word);
}

/* What was written for the long flag just read, named @name, if that is less
 * than its name; else NULL. */
static const char *abbreviation(const char *name, char **argv)
{
    /* the argument may be a word of its own */
    int is_apart = optarg && optarg == argv[optind - 1];
    const char *word = argv[optind - 1 - is_apart] + strlen("--");

    return strcspn(word, "=") == strlen(name) ? NULL : word;
}

int options_read(const struct command *command, int argc, char **argv,
                 option_fn take, void *self, int *first)
{
    struct parser parser = {0};

    parser_fill(&parser, command);
    opterr = 0;
    for (;;) {
        const struct flag *flag;
        const char *start = NULL;
        int place = -1; /* of a long flag */
        int code;
        int rc;

        optopt = 0;
        code = getopt_long(argc, argv, parser.letters, parser.longs, &place);
        if (code == -1)
            break;
        if (code == '?' || code == ':')
            return tell_wrong(command, code, argv);

        if (place >= 0)
            start = abbreviation(parser.longs[place].name, argv);
        if (start)
            return note_usage(
                command, "unknown option '--%.*s', did you mean '--%s'?",
                (int)strcspn(start, "="), start, parser.longs[place].name);
        flag = flag_find(command, code);
        if (flag && flag->id == FLAG_HELP) {
            option_help(command);
            return EXIT_RAN;
        }
        rc = flag ? take(self, flag->id, optarg) : EXIT_USAGE;
        if (rc != 0)
            return rc;
    }
    *first = optind;
    return OPTIONS_DONE;
}

int format_take(const struct command *command, const char *value,
                const char *one, const char *other, int *is_other)
{
    *is_other = strcmp(value, other) == 0;
    if (*is_other || strcmp(value, one) == 0)
        return 0;
    return note_usage(command, "option '--format' is %s or %s, not '%s'", one,
                      other, value);
}

void option_wrap(FILE *stream, const char *text, int indent, int column)
{
    int is_start = 1;

    while (*text) {
        int len = (int)strcspn(text, " \n");

        if (!is_start && column + 1 + len > WIDTH) {
            fprintf(stream, "\n%*s", indent, "");
            column = indent;
        } else if (!is_start) {
            fputc(' ', stream);
            column++;
        }
        is_start = 0;
        fprintf(stream, "%.*s", len, text);
        column += len;
        text += len;
        if (text[0] == '\n' && text[1] == '\n') { /* a new paragraph */
            fprintf(stream, "\n\n%*s", indent, "");
            column = indent;
            is_start = 1;
        }
        text += strspn(text, " \n");
    }
    fputc('\n', stream);
}

static void help_flag(const struct flag *flag)
{
    int column = flag->letter ? printf("  -%c, --%s", flag->letter, flag->name)
                              : printf("      --%s", flag->name);

    if (flag->argument)
        column += printf(" %s", flag->argument);
    if (column + 2 > HELP_START) {
        putchar('\n');
        column = 0;
    }
    printf("%*s", HELP_START - column, "");
    option_wrap(stdout, flag->help, HELP_START, HELP_START);
}

void option_help(const struct command *command)
{
    const struct flag_group *const *group;
    const struct flag *flag;
    const struct example *example;
    const struct exit_line *line;

    printf("usage: grantgate %s%s%s%s\n\n", command->name,
           command->groups ? " [OPTION...]" : "", command->operands ? " " : "",
           command->operands ? command->operands : "");
    option_wrap(stdout, command->about, 0, 0);

    printf("\nExamples:\n");
    for (example = command->examples; example->line; example++) {
        printf("  %s\n      ", example->line);
        option_wrap(stdout, example->meaning, 6, 6);
    }
    for (group = command->groups; group && *group; group++) {
        printf("\n%s:\n", (*group)->title);
        for (flag = (*group)->flags; flag->name; flag++)
            help_flag(flag);
    }
    printf("\nExit status:\n");
    for (line = command->exits; line->meaning; line++) {
        printf("  %-4d ", line->code);
        option_wrap(stdout, line->meaning, 7, 7);
    }
}
