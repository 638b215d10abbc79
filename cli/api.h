/* SPDX-License-Identifier: MIT */
/*
 * api.h - what the commands that fetch from the API share.
 */
#ifndef CLI_API_H
#define CLI_API_H

#include "cli.h"

/* --- key.c: the API key -------------------------------------------------- */

/* Read it from the file @path or, if that is NULL, from NYLAS_API_KEY, which
 * is then wiped.  NULL after telling why not; else for key_wipe(). */
char *key_read(const char *path);
void key_wipe(char *key);

/* Wipe it from the environment: whoever needs it has it. */
void key_forget(void);

/* --- api.c: the API to fetch from ----------------------------------------- */

struct api {
    const char *key_file;
    struct gg_client_options options;
    int was_told; /* a flag of api_flags was given */
};

extern const struct flag_group api_flags;

/* Take a flag of api_flags: 0, an exit code, or OPTIONS_DONE if it is not one
 * of them. */
int api_take(const struct settings *settings, struct api *api, int id,
             const char *value);

/* Read the key and make a client.  0, or the exit code after telling why not.
 * @settings must outlive it. */
int api_open(struct settings *settings, struct api *api, gg_client **client);

/* --- ids.c: a list of grant ids ------------------------------------------- */

/* Zero-initialise. */
struct ids {
    char **list;
    size_t n;
    size_t room;
    size_t nrepeated; /* left out, for they were in it already */
    void *known;      /* a tree of them, tsearch(3) */
};

/* Add @id, or the lines of the file @path ("-": standard input), each once.
 * 0, or the exit code after telling what is wrong. */
int ids_add(struct ids *ids, const char *id);
int ids_read(struct ids *ids, const char *path);
void ids_free(struct ids *ids);

#endif
