/* SPDX-License-Identifier: MIT */
/*
 * lockdown.h - what a command gives up, so that no flaw can use it.
 */
#ifndef CLI_LOCKDOWN_H
#define CLI_LOCKDOWN_H

#include "cli.h"

enum lockdown_use {
    LOCKDOWN_READ,       /* a file, or a folder with all that is in it */
    LOCKDOWN_READ_LINKS, /* also what links in the folder lead to */
    LOCKDOWN_WRITE,      /* FILE: making and writing files in its folder */
    LOCKDOWN_RENAME      /* FILE: giving a file that is open its name */
};

/* --- landlock.c: files out of reach --------------------------------------- */

/* The files that stay, under construction. */
struct landlock {
    int is_open;
    int fd; /* -1: not to be had, for `error` */
    int error;
    uint64_t files; /* what is forbidden where nothing allows it */
};

void landlock_open(struct landlock *landlock, int needs_network);
void landlock_allow(const struct landlock *landlock, const char *path,
                    enum lockdown_use use);
/* 0, or an errno. */
int landlock_enter(struct landlock *landlock);

/* --- seccomp.c: system calls out of reach --------------------------------- */

/* Keep those that policies and records take.  0, or an errno. */
int seccomp_enter(int needs_network);

/* --- lockdown.c ----------------------------------------------------------- */

/*
 * What a command keeps.  Name what it will open, then enter, before reading
 * what others wrote and before starting threads:
 *
 *     struct lockdown lockdown = {.settings = &settings};
 *
 *     lockdown_allow(&lockdown, LOCKDOWN_READ_LINKS, folder_path(&settings));
 *     code = lockdown_enter(&lockdown);
 *
 * What is open stays open.  To give up more later, name what is still to be
 * opened and enter again.
 */
struct lockdown {
    const struct settings *settings;
    int needs_network; /* for a client: hosts are found, and trusted */
    int is_entered;
    int lacks_files;
    struct landlock files;
};

void lockdown_allow(struct lockdown *lockdown, enum lockdown_use use,
                    const char *path);

/* 0, or the exit code after telling: it was required and is not to be had. */
int lockdown_enter(struct lockdown *lockdown);

/*
 * From now on no crash leaves a core file, and no other process of the same
 * user can read this one's memory.  Call it before a secret is read.  0, or
 * the exit code after telling why not.
 */
int lockdown_forbid_core(void);

#endif
