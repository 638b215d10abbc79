/* SPDX-License-Identifier: MIT */
/* main.c - the program grantgate: which command, and how it ends. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {
    &eval_command, &fetch_command,      &url_command,  &explain_command,
    &diff_command, &report_command,     &test_command, &check_command,
    &init_command, &completion_command,
};

const struct command *command_at(size_t index)
{
    return index < COUNT(commands) ? commands[index] : NULL;
}

static const struct example examples[] = {
    {"grantgate init policies", "a policy folder to start from"},
    {"grantgate eval grants.ndjson", "one decision for each grant"},
    {"grantgate fetch --all | grantgate eval",
     "the same for every grant of the application"},
    {"grantgate url --provider imap --client-id ID --redirect-uri URI",
     "the sign-in link, asking for SMTP where policy says so"},
    {"grantgate check && grantgate test",
     "look for mistakes in ./policies, and run the tests beside them"},
    {"grantgate explain --id ID grants.ndjson",
     "which rule decided about one grant, and why"},
    {"grantgate diff policies policies.new grants.ndjson",
     "what other policies would change"},
    {"grantgate report decisions.ndjson -o report.html",
     "one page about a batch"},
    {"grantgate help eval", "all about one command, with examples"},
};

/* Worst first.  No meaning: no command ends with it yet. */
static const struct exit_line exits[] = {
    {EXIT_POLICIES, "the policies do not load"},
    {EXIT_USAGE, "usage, configuration, input or output"},
    {EXIT_RESUMABLE, "interrupted with a checkpoint; run the same again"},
    {EXIT_INTERRUPTED, "interrupted; what was done is written"},
    {EXIT_API, "the API failed, after all tries"},
    {EXIT_UNDECIDED, "a policy failed or a grant could not be read"},
    {EXIT_NO,
     "ran, and the answer is no: a brake, a test, a finding, a change"},
    {EXIT_RAN, "ran"},
};

/* How bad a code is: 0 is worst.  A reader that went away outdoes all, as
 * SIGPIPE would have ended the program there and then. */
static size_t rank(int code)
{
    size_t i;

    if (code == EXIT_PIPE)
        return 0;
    for (i = 0; i < COUNT(exits) && exits[i].code != code; i++)
        ;
    return i + 1;
}

int exit_worse(int one, int other)
{
    return rank(one) <= rank(other) ? one : other;
}

static void program_help(FILE *stream)
{
    size_t i;

    fprintf(stream, "usage: grantgate COMMAND [OPTION...] [OPERAND...]\n\n");
    option_wrap(stream,
                "Decide, by policy, what to do with a Nylas grant: accept it, "
                "ask its owner to sign in again, repair it, wait, or reject "
                "it.  Policies are small Lua files, one for each tenant.",
                0, 0);
    fprintf(stream, "\nCommands:\n");
    for (i = 0; i < COUNT(commands); i++)
        fprintf(stream, "  %-10s %s\n", commands[i]->name,
                commands[i]->summary);
    fprintf(stream, "  %-10s %s\n", "help", "explain a command");
    fprintf(stream, "\nExamples:\n");
    for (i = 0; i < COUNT(examples); i++)
        fprintf(stream, "  %s\n      %s\n", examples[i].line,
                examples[i].meaning);
    fprintf(stream, "\nExit status (if several, the first of these):\n");
    for (i = 0; i < COUNT(exits); i++) {
        if (exits[i].meaning)
            fprintf(stream, "  %-4d %s\n", exits[i].code, exits[i].meaning);
    }
    fprintf(stream, "\nAlso: grantgate --help, grantgate --version\n");
}

static const struct command *command_find(const char *name)
{
    size_t i;

    for (i = 0; i < COUNT(commands); i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

static int unknown_command(const char *name)
{
    struct nearest nearest = {.wanted = name};
    size_t i;

    if (name[0] == '-')
        return note_usage(NULL, "unknown option '%.*s'",
                          (int)strcspn(name, "="), name);
    for (i = 0; i < COUNT(commands); i++)
        nearest_offer(&nearest, commands[i]->name);
    nearest_offer(&nearest, "help");
    if (nearest.word)
        return note_usage(NULL, "unknown command '%s', did you mean '%s'?",
                          name, nearest.word);
    return note_usage(NULL, "unknown command '%s'", name);
}

static int help(int argc, char **argv)
{
    const struct command *command;

    if (argc > 2)
        return note_usage(NULL, "help explains one command at a time");
    if (argc < 2 || strcmp(argv[1], "help") == 0) {
        program_help(stdout);
        return EXIT_RAN;
    }
    command = command_find(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    option_help(command);
    return EXIT_RAN;
}

static int dispatch(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2) {
        program_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        program_help(stdout);
        return EXIT_RAN;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("grantgate %s\n", gg_version());
        return EXIT_RAN;
    }
    command = command_find(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    return command->run(command, argc - 1, argv + 1);
}

/*
 * Started with 0, 1 or 2 closed, the next file opened would take its place
 * and receive what is meant for it.  Fill the gap with something that fails
 * when it is used.
 */
static int fill_standard_files(void)
{
    int fd;

    for (fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
            open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            return -1;
    }
    return 0;
}

/* Flush standard output: what could not be written is a failure. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno == EPIPE)
        return EXIT_PIPE;
    note_error("io_error", "cannot write standard output: %s", strerror(errno));
    return exit_worse(code, EXIT_USAGE);
}

int main(int argc, char **argv)
{
    int code;

    if (fill_standard_files() != 0)
        return EXIT_USAGE;
    signal(SIGPIPE, SIG_IGN); /* writes fail instead, and are told */
    signal(SIGXFSZ, SIG_IGN);
    code = finish(dispatch(argc, argv));
    if (code == EXIT_PIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    return code;
}
