/* SPDX-License-Identifier: MIT */
/*
 * init.c - the command init: a policy folder to start from.
 *
 * Nothing that is there is ever written over: the folder must be empty, and
 * each file is created anew or not at all.
 */
#include "show.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

/* Where `make install` puts what editors know of policies; the build says. */
#ifndef GG_METADIR
#define GG_METADIR "/usr/local/share/grantgate/lua"
#endif

/* Tell what errno says about @path.  Returns the exit code. */
static int tell(const char *what, const char *path)
{
    note_error("io_error", "cannot %s %s: %s", what, path, strerror(errno));
    return EXIT_USAGE;
}

/* Make the folder, or see that it is empty. */
static int check_folder(const char *folder)
{
    const struct dirent *entry;
    int is_empty = 1;
    DIR *dir;

    if (mkdir(folder, 0777) == 0)
        return 0;
    if (errno != EEXIST)
        return tell("make", folder);
    dir = opendir(folder);
    if (!dir)
        return tell("open", folder);
    while (is_empty && (entry = readdir(dir)) != NULL)
        is_empty = strcmp(entry->d_name, ".") == 0 ||
                   strcmp(entry->d_name, "..") == 0;
    closedir(dir);
    if (is_empty)
        return 0;
    note_error("invalid_argument",
               "%s is not empty: name a folder that is not there yet", folder);
    return EXIT_USAGE;
}

/* Make the folders on the way to @path, of which the first @start bytes are
 * there. */
static int make_parents(char *path, size_t start)
{
    char *slash = path + start;
    int code = 0;

    while (code == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            code = tell("make", path);
        *slash = '/';
    }
    return code;
}

/* Create FOLDER/NAME and open it: NULL after telling why not. */
static FILE *create(const char *folder, const char *name, char *path)
{
    int n = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    FILE *file = NULL;
    int fd;

    if (n < 0 || n >= PATH_BYTES) {
        note_error("io_error", "the name of the folder is too long");
        return NULL;
    }
    if (make_parents(path, strlen(folder)) != 0)
        return NULL;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd >= 0)
        file = fdopen(fd, "w");
    if (!file)
        (void)tell("write", path);
    return file;
}

/* 0, or the exit code after telling that it is not all there. */
static int finish(FILE *file, const char *path)
{
    char clean[PATH_BYTES];
    int failed = fflush(file) != 0 || ferror(file);

    failed |= fclose(file) != 0;
    if (failed)
        return tell("write", path);
    printf("wrote %s\n", escape_terminal(clean, sizeof(clean), path));
    return 0;
}

static int write_starter(const char *folder, const struct starter_file *starter)
{
    char path[PATH_BYTES];
    FILE *file = create(folder, starter->path, path);

    if (!file)
        return EXIT_USAGE;
    fputs(starter->text, file);
    return finish(file, path);
}

/* What makes lua-language-server know policies. */
static int write_editor(const char *folder)
{
    static const char *const libraries[] = {
        "basic", "coroutine", "debug",  "io",    "math",
        "os",    "package",   "string", "table", "utf8"};
    char path[PATH_BYTES];
    FILE *file = create(folder, ".luarc.json", path);
    size_t i;

    if (!file)
        return EXIT_USAGE;
    fputs("{\n  \"runtime.version\": \"Lua 5.4\",\n"
          "  \"runtime.builtin\": {\n",
          file);
    for (i = 0; i < COUNT(libraries); i++)
        fprintf(file, "    \"%s\": \"disable\"%s\n", libraries[i],
                i + 1 < COUNT(libraries) ? "," : "");
    fputs("  },\n  \"workspace.library\": [", file);
    escape_json(file, GG_METADIR);
    fputs("]\n}\n", file);
    return finish(file, path);
}

static int init_run(const struct command *command, int argc, char **argv)
{
    struct settings settings = {.command = command};
    const struct starter_file *starter;
    char clean[PATH_BYTES];
    const char *folder;
    int first = 0;
    int code = options_read(command, argc, argv, settings_take, &settings,
                            &first);

    if (code != OPTIONS_DONE)
        return code;
    if (argc - first != 1)
        return note_usage(command, "name one folder");
    folder = argv[first];
    code = check_folder(folder);
    for (starter = starter_files; code == 0 && starter->path; starter++)
        code = write_starter(folder, starter);
    if (code == 0)
        code = write_editor(folder);
    if (code != 0)
        return code;
    escape_terminal(clean, sizeof(clean), folder);
    printf("\nNext:\n  grantgate test %s\n  grantgate eval -p %s "
           "grants.ndjson\n",
           clean, clean);
    return EXIT_RAN;
}

static const struct flag_group help_flags = {
    "General", (const struct flag[]){
                   {FLAG_HELP, 'h', "help", NULL, "print this and end"}, {0}}};

const struct command init_command = {
    "init",
    "a policy folder to start from, with passing tests",
    "DIR",
    "Make a policy folder: what happens to every grant (default.lua), what is "
    "true of IMAP (providers/imap.lua), what one tenant wants otherwise "
    "(tenants/acme.lua), with comments, tests beside each file, and a "
    ".luarc.json that makes lua-language-server complete and check policies.  "
    "A folder that is not empty is left alone.",
    (const struct example[]){
        {"grantgate init policies", "make ./policies, which eval then uses"},
        {"grantgate init rules && grantgate test rules",
         "make a folder, and see its tests pass"},
        {0}},
    (const struct flag_group *const[]){&help_flags, NULL},
    (const struct exit_line[]){
        {EXIT_RAN, "made"},
        {EXIT_USAGE, "usage; the folder is not empty, or cannot be written"},
        {0}},
    init_run};
