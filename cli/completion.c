/* SPDX-License-Identifier: MIT */
/*
 * completion.c - the command completion: scripts for shells, made from the
 * tables that the parser and --help read.
 *
 * What a value is follows from what --help calls it: FILE and DIR are paths,
 * words in lower case with '|' between are the values there are, and of
 * anything else nothing is known.
 */
#include "cli.h"

#include <string.h>

/* --- what a word of --help stands for ------------------------------------- */

enum value_kind { VALUE_OTHER, VALUE_FILE, VALUE_FOLDER, VALUE_WORD };

/* The next word of "OLD NEW [FILE...|-]" at *@text: its length, 0 at the
 * end. */
static size_t next_word(const char **text)
{
    static const char between[] = " []|.";

    *text += strspn(*text, between);
    return strcspn(*text, between);
}

static int is_word(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && strncmp(text, word, len) == 0;
}

static enum value_kind kind_of(const char *text, size_t len)
{
    if (is_word(text, len, "FILE") || is_word(text, len, "RECORDS"))
        return VALUE_FILE;
    if (is_word(text, len, "DIR") || is_word(text, len, "OLD") ||
        is_word(text, len, "NEW"))
        return VALUE_FOLDER;
    return text[0] >= 'a' && text[0] <= 'z' ? VALUE_WORD : VALUE_OTHER;
}

/* What @text, a value or the operands, may be: the kind of any of its words,
 * a path rather than words. */
static enum value_kind kind_of_all(const char *text)
{
    enum value_kind best = VALUE_OTHER;
    size_t len;

    for (; text && (len = next_word(&text)) > 0; text += len) {
        enum value_kind kind = kind_of(text, len);

        if (best == VALUE_OTHER || kind == VALUE_FILE)
            best = kind;
    }
    return best;
}

/* Print the words of @text in lower case. */
static void print_words(const char *text)
{
    const char *before = "";
    size_t len;

    for (; text && (len = next_word(&text)) > 0; text += len) {
        if (kind_of(text, len) != VALUE_WORD)
            continue;
        printf("%s%.*s", before, (int)len, text);
        before = " ";
    }
}

/* --- walking the tables --------------------------------------------------- */

typedef void (*flag_fn)(const struct flag *flag);

static void each_flag(const struct command *command, flag_fn print)
{
    const struct flag_group *const *group;
    const struct flag *flag;

    for (group = command->groups; group && *group; group++) {
        for (flag = (*group)->flags; flag->name; flag++)
            print(flag);
    }
}

static void print_command_names(void)
{
    const struct command *command;
    size_t i;

    for (i = 0; (command = command_at(i)) != NULL; i++)
        printf("%s ", command->name);
    printf("help");
}

/* --- bash ----------------------------------------------------------------- */

/* How the script asks for a value. */
static void bash_value(const char *text)
{
    switch (kind_of_all(text)) {
    case VALUE_FILE:
        printf("_grantgate_paths -f");
        break;
    case VALUE_FOLDER:
        printf("_grantgate_paths -d");
        break;
    case VALUE_WORD:
        printf("_grantgate_words '");
        print_words(text);
        printf("'");
        break;
    case VALUE_OTHER:
        printf(":");
        break;
    }
}

static void bash_flag_value(const struct flag *flag)
{
    if (!flag->argument)
        return;
    printf("        ");
    if (flag->letter)
        printf("-%c|", flag->letter);
    printf("--%s) ", flag->name);
    bash_value(flag->argument);
    printf("; return ;;\n");
}

static void bash_flag_name(const struct flag *flag)
{
    if (flag->letter)
        printf("-%c ", flag->letter);
    printf("--%s ", flag->name);
}

static void bash_command(const struct command *command)
{
    printf("    %s)\n        case $before in\n", command->name);
    each_flag(command, bash_flag_value);
    printf("        esac\n        case $word in\n        -*) "
           "_grantgate_words '");
    each_flag(command, bash_flag_name);
    printf("' ;;\n        *) ");
    bash_value(command->operands);
    printf(" ;;\n        esac ;;\n");
}

/* bash splits --region=us at the '=', and puts what is chosen in place of the
 * last part. */
static void print_bash(void)
{
    const struct command *command;
    size_t i;

    printf("# bash completion for grantgate %s, made by "
           "'grantgate completion bash'\n\n",
           gg_version());
    fputs("_grantgate_words() {\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$word\")\n"
          "}\n\n"
          "_grantgate_paths() {\n"
          "    compopt -o filenames 2>/dev/null\n"
          "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$word\")\n"
          "}\n\n"
          "_grantgate() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]}\n"
          "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    COMPREPLY=()\n"
          "    if [[ $word == '=' ]]; then\n"
          "        word=\n"
          "    elif [[ $before == '=' ]]; then\n"
          "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    fi\n"
          "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
          "        _grantgate_words '",
          stdout);
    print_command_names();
    fputs(" --help --version'\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n"
          "    help) _grantgate_words '",
          stdout);
    print_command_names();
    fputs("' ;;\n", stdout);
    for (i = 0; (command = command_at(i)) != NULL; i++)
        bash_command(command);
    fputs("    esac\n}\n\ncomplete -F _grantgate grantgate\n", stdout);
}

/* --- zsh ------------------------------------------------------------------ */

/* Print the start of @text, up to where details begin, inside quotes and
 * brackets. */
static void zsh_text(const char *text)
{
    const char *end = text + strcspn(text, ";:(");

    while (end > text && end[-1] == ' ')
        end--;
    for (; text < end; text++) {
        if (*text == '\'')
            fputs("'\\'", stdout);
        else if (strchr("[]\\:", *text))
            putchar('\\');
        putchar(*text);
    }
}

/* What follows the name in the description of a value. */
static void zsh_value(const char *text)
{
    switch (kind_of_all(text)) {
    case VALUE_FILE:
        printf(":file:_files");
        break;
    case VALUE_FOLDER:
        printf(":folder:_files -/");
        break;
    case VALUE_WORD:
        printf(":value:(");
        print_words(text);
        printf(")");
        break;
    case VALUE_OTHER:
        printf(":value:");
        break;
    }
}

static void zsh_flag(const struct flag *flag)
{
    int letters = flag->letter ? 1 : 0;

    for (; letters >= 0; letters--) {
        if (letters)
            printf(" \\\n        '*-%c[", flag->letter);
        else
            printf(" \\\n        '*--%s%s[", flag->name,
                   flag->argument ? "=" : "");
        zsh_text(flag->help);
        putchar(']');
        if (flag->argument)
            zsh_value(flag->argument);
        putchar('\'');
    }
}

static void zsh_command(const struct command *command)
{
    printf("    %s) _arguments -s -S", command->name);
    each_flag(command, zsh_flag);
    if (command->operands) {
        printf(" \\\n        '*");
        zsh_value(command->operands);
        putchar('\'');
    }
    printf(" ;;\n");
}

static void print_zsh(void)
{
    const struct command *command;
    size_t i;

    printf("#compdef grantgate\n"
           "# zsh completion for grantgate %s, made by "
           "'grantgate completion zsh'\n\n"
           "_grantgate() {\n"
           "    local -a commands=(",
           gg_version());
    for (i = 0; (command = command_at(i)) != NULL; i++) {
        printf("\n        '%s:", command->name);
        zsh_text(command->summary);
        putchar('\'');
    }
    fputs("\n        'help:explain a command')\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command commands\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n"
          "    case $words[1] in\n"
          "    help) _describe command commands ;;\n",
          stdout);
    for (i = 0; (command = command_at(i)) != NULL; i++)
        zsh_command(command);
    fputs("    esac\n}\n\n"
          "if [[ $funcstack[1] == _grantgate ]]; then\n"
          "    _grantgate \"$@\"\n"
          "else\n"
          "    compdef _grantgate grantgate\n"
          "fi\n",
          stdout);
}

/* --- the command ---------------------------------------------------------- */

/* option_fn: --help is all there is, and options_read() takes it. */
static int take(void *self, int id, const char *value)
{
    (void)self;
    (void)id;
    (void)value;
    return EXIT_USAGE;
}

static int completion_run(const struct command *command, int argc, char **argv)
{
    int first = 0;
    int code = options_read(command, argc, argv, take, NULL, &first);

    if (code != OPTIONS_DONE)
        return code;
    if (argc - first != 1)
        return note_usage(command, "name one shell: bash or zsh");
    if (strcmp(argv[first], "bash") == 0)
        print_bash();
    else if (strcmp(argv[first], "zsh") == 0)
        print_zsh();
    else
        return note_usage(command,
                          "there is a script for bash and for zsh, "
                          "not for '%s'",
                          argv[first]);
    return EXIT_RAN;
}

static const struct flag_group completion_flags = {
    "General", (const struct flag[]){
                   {FLAG_HELP, 'h', "help", NULL, "print this and end"}, {0}}};

const struct command completion_command = {
    "completion",
    "print a script that completes commands in a shell",
    "bash|zsh",
    "Print a script that completes commands, options and their values.  It is "
    "made from the same tables as --help.  `make install` puts both where the "
    "shells look; elsewhere, source it.",
    (const struct example[]){{"source <(grantgate completion bash)",
                              "for this shell, or in ~/.bashrc"},
                             {"source <(grantgate completion zsh)",
                              "the same, after compinit, in ~/.zshrc"},
                             {0}},
    (const struct flag_group *const[]){&completion_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "printed"}, {EXIT_USAGE, "usage"}, {0}},
    completion_run};
