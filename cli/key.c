/* SPDX-License-Identifier: MIT */
/*
 * key.c - the API key: from a file that only its owner may read, or from
 * NYLAS_API_KEY; never from an argument, which every process can see.
 *
 * The environment of a process can be read too, by its user and for as long
 * as it runs, so the variable is wiped once it was read.
 */
#include "api.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_MAX  4096
#define VARIABLE "NYLAS_API_KEY"

/* memset() that no compiler can know to be in vain. */
static void *(*const volatile overwrite)(void *, int, size_t) = memset;

void key_wipe(char *key)
{
    if (key)
        overwrite(key, 0, strlen(key));
    free(key);
}

void key_forget(void)
{
    char *value = getenv(VARIABLE);

    if (!value)
        return;
    overwrite(value, 0, strlen(value));
    unsetenv(VARIABLE);
}

static char *refuse(const char *path, const char *why)
{
    note_error("invalid_argument", "cannot use the API key in %s: %s", path,
               why);
    return NULL;
}

/* Whether the file of @info is its reader's own. */
static int is_private(const struct stat *info)
{
    return (info->st_uid == geteuid() || info->st_uid == 0) &&
           (info->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* A copy of the first line of @text. */
static char *first_line(const char *text)
{
    size_t len = strcspn(text, "\r\n");
    char *key = malloc(len + 1);

    if (key) {
        memcpy(key, text, len);
        key[len] = '\0';
    }
    return key;
}

static char *read_open(const char *path, int fd)
{
    char text[KEY_MAX + 2];
    struct stat info;
    char *key;
    ssize_t n;

    if (fstat(fd, &info) != 0)
        return refuse(path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return refuse(path, "it is not a plain file");
    if (!is_private(&info))
        return refuse(path, "others may read it; chmod 600 it, and be its "
                            "owner");
    n = read(fd, text, sizeof(text) - 1);
    if (n < 0)
        return refuse(path, strerror(errno));
    text[n] = '\0';
    key = first_line(text);
    overwrite(text, 0, sizeof(text));
    if (!key)
        note_error("out_of_memory", "no memory for the API key");
    return key;
}

static char *read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char *key;

    if (fd < 0)
        return refuse(path, strerror(errno));
    key = read_open(path, fd);
    close(fd);
    return key;
}

static char *read_variable(void)
{
    char *value = getenv(VARIABLE);
    char *key;

    if (!value || !*value) {
        note_error("invalid_argument",
                   "there is no API key: set " VARIABLE
                   ", or name a file with --api-key-file FILE");
        return NULL;
    }
    key = strdup(value);
    key_forget();
    if (!key)
        note_error("out_of_memory", "no memory for the API key");
    return key;
}

char *key_read(const char *path)
{
    return path ? read_file(path) : read_variable();
}
