/* SPDX-License-Identifier: MIT */
/*
 * replay.c - feed files, and those in folders, to a fuzz target.
 *
 * Each path is printed before it is tried, so that the last one named is the
 * one that broke something.
 */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_BYTES ((size_t)16 << 20)

static unsigned long ninputs;

static int complain(const char *path)
{
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return -1;
}

/* Give the target @len bytes with nothing after them: a sanitizer sees who
 * reads on. */
static void feed(const char *bytes, size_t len)
{
    uint8_t *exact = malloc(len > 0 ? len : 1);

    require(exact != NULL, "there is memory for the input", NULL);
    if (len > 0)
        memcpy(exact, bytes, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    ninputs++;
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(MOST_BYTES);
    size_t len = 0;
    int rc = -1;

    if (file && bytes) {
        len = fread(bytes, 1, MOST_BYTES, file);
        rc = ferror(file) ? -1 : 0;
    }
    if (rc != 0)
        rc = complain(path);
    if (file)
        (void)fclose(file);
    if (rc == 0) {
        printf("%s\n", path);
        (void)fflush(stdout);
        feed(bytes, len);
    }
    free(bytes);
    return rc;
}

static int replay(const char *path);

static int replay_folder(const char *folder)
{
    struct dirent **names;
    char path[4096];
    int n = scandir(folder, &names, NULL, alphasort);
    int rc = n < 0 ? complain(folder) : 0;
    int i;

    for (i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

        if (rc == 0 && name[0] != '.' && len > 0 && (size_t)len < sizeof(path))
            rc = replay(path);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return rc;
}

static int replay(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return complain(path);
    return S_ISDIR(info.st_mode) ? replay_folder(path) : replay_file(path);
}

int main(int argc, char **argv)
{
    int rc = 0;
    int i;

    for (i = 1; i < argc && rc == 0; i++)
        rc = replay(argv[i]);
    if (rc == 0 && ninputs == 0) {
        fprintf(stderr, "usage: %s FILE|FOLDER...\n", argv[0]);
        rc = -1;
    }
    printf("%lu inputs\n", ninputs);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
