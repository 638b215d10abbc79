/* SPDX-License-Identifier: MIT */
/* policy_set.h - policy sets for tests, written from tables of text. */
#ifndef POLICY_SET_H
#define POLICY_SET_H

#include "host.h"

#define NOW 1785578400 /* 2026-08-01T10:00:00Z */

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A file of a set; lists end with a NULL path. */
struct policy_file {
    const char *path;
    const char *text;
};

/* A set, and a session on it whose caller has an application. */
struct policy_set {
    gg_policies *policies;
    gg_session *session;
    struct gg_session_options options; /* fill before opening, or leave */
    struct gg_error error;
    char log[4096]; /* what policies logged: "where grant text\n" */
};

/* Write @files into a fresh folder, whose path is put into @folder. */
void policy_folder_write(const struct policy_file *files, char folder[64]);
void policy_folder_remove(const struct policy_file *files, const char *folder);

/* Open a set of @files, and a session if that went well; the folder is gone
 * again when this returns. */
gg_status policy_set_try(struct policy_set *set,
                         const struct policy_file *files,
                         const struct gg_policies_options *options);

/* The same of what must open. */
void policy_set_open(struct policy_set *set, const struct policy_file *files);

/* The same of a default.lua alone. */
void policy_set_open_default(struct policy_set *set, const char *text);
void policy_set_free(struct policy_set *set);

/* Decide about the grant or envelope @json. */
const struct gg_decision *policy_set_decide(struct policy_set *set,
                                            const char *json);

/* The same as a record; the caller frees it. */
char *policy_set_record(struct policy_set *set, const char *json);

/* Ask a connect question that fits. */
const struct gg_connect_answer *
policy_set_connect(struct policy_set *set,
                   const struct gg_connect_request *request);

/* Evaluate @code, the body of a function of `grant`, for an IMAP grant: what
 * it returns as `data`, JSON; or the error's message.  Lives as long as the
 * set. */
const char *policy_set_data(struct policy_set *set, const char *code);

/* Fail unless @text holds @part (NULL: anything will do). */
void expect_part(const char *text, const char *part);

/* Fail if @text shows an address, as "0x5581" or ": 0x". */
void expect_no_address(const char *text);

#endif
