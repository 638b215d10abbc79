/* SPDX-License-Identifier: MIT */
/*
 * landlock.c - files out of reach, by Landlock.
 *
 * What is opened from now on must be named first; what is open stays open.
 * Landlock binds the calling thread and those that it starts, so this is done
 * while there is one.  A ruleset cannot be taken back, only be followed by a
 * narrower one.
 *
 * Kernels differ in what they know, their "ABI".  What an older one cannot
 * forbid (truncate(), ioctl(), sockets, signals), seccomp.c does.
 */
#define _GNU_SOURCE /* O_PATH, syscall() */
#include "files.h"
#include "lockdown.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__) && defined(__has_include)
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#include <sys/syscall.h>
#define HAVE_LANDLOCK 1
#endif
#endif

#ifdef HAVE_LANDLOCK

/* How deep in a folder links are looked for: a policy set has two levels. */
#define LINK_DEPTH 4

/* What came after the first ABI; the headers may be older than the kernel. */
#define ACCESS_REFER     ((uint64_t)1 << 13) /* ABI 2 */
#define ACCESS_TRUNCATE  ((uint64_t)1 << 14) /* ABI 3 */
#define ACCESS_IOCTL_DEV ((uint64_t)1 << 15) /* ABI 5 */
#define ACCESS_BIND      ((uint64_t)1 << 0)  /* ABI 4 */
#define ACCESS_CONNECT   ((uint64_t)1 << 1)  /* ABI 4 */
#define SCOPE_SOCKET     ((uint64_t)1 << 0)  /* ABI 6: abstract ones */
#define SCOPE_SIGNAL     ((uint64_t)1 << 1)  /* ABI 6 */

/* struct landlock_ruleset_attr, as of ABI 6. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scope;
};

/* Of these, what a file that is no folder can have. */
#define FILE_ACCESS                                                            \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |            \
     ACCESS_TRUNCATE)

static const uint64_t uses[] = {
    [LOCKDOWN_READ] = LANDLOCK_ACCESS_FS_READ_FILE |
                      LANDLOCK_ACCESS_FS_READ_DIR,
    [LOCKDOWN_READ_LINKS] = LANDLOCK_ACCESS_FS_READ_FILE |
                            LANDLOCK_ACCESS_FS_READ_DIR,
    [LOCKDOWN_WRITE] = LANDLOCK_ACCESS_FS_READ_FILE |
                       LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE |
                       LANDLOCK_ACCESS_FS_MAKE_REG |
                       LANDLOCK_ACCESS_FS_REMOVE_FILE |
                       LANDLOCK_ACCESS_FS_READ_DIR,
    [LOCKDOWN_RENAME] = LANDLOCK_ACCESS_FS_MAKE_REG |
                        LANDLOCK_ACCESS_FS_REMOVE_FILE |
                        LANDLOCK_ACCESS_FS_READ_DIR,
};

/* All that a kernel of @abi can forbid, with or without a network. */
static struct ruleset ruleset_for(long abi, int needs_network)
{
    struct ruleset ruleset = {
        .files = ((uint64_t)LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1};

    if (abi >= 2)
        ruleset.files |= ACCESS_REFER;
    if (abi >= 3)
        ruleset.files |= ACCESS_TRUNCATE;
    if (abi >= 4)
        ruleset.network = needs_network ? ACCESS_BIND
                                        : ACCESS_BIND | ACCESS_CONNECT;
    if (abi >= 5)
        ruleset.files |= ACCESS_IOCTL_DEV;
    if (abi >= 6)
        ruleset.scope = SCOPE_SIGNAL | (needs_network ? 0 : SCOPE_SOCKET);
    return ruleset;
}

static size_t ruleset_size(long abi)
{
    if (abi >= 6)
        return sizeof(struct ruleset);
    return abi >= 4 ? offsetof(struct ruleset, scope)
                    : offsetof(struct ruleset, network);
}

void landlock_open(struct landlock *landlock, int needs_network)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset ruleset = ruleset_for(abi, needs_network);

    landlock->is_open = 1;
    landlock->files = ruleset.files;
    landlock->fd = abi < 1 ? -1
                           : (int)syscall(SYS_landlock_create_ruleset, &ruleset,
                                          ruleset_size(abi), 0);
    landlock->error = landlock->fd < 0 ? errno : 0;
}

/* Allow @use of what @fd, opened with O_PATH, is.  What cannot be added is
 * not allowed, and whoever opens it will be told. */
static void allow_fd(const struct landlock *landlock, int fd, uint64_t use)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = use & landlock->files, .parent_fd = fd};
    struct stat info;

    if (fstat(fd, &info) != 0)
        return;
    if (!S_ISDIR(info.st_mode))
        rule.allowed_access &= FILE_ACCESS;
    (void)syscall(SYS_landlock_add_rule, landlock->fd,
                  LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

/* Allow @use of @name, which is relative to @dir. */
static void allow_at(const struct landlock *landlock, int dir, const char *name,
                     enum lockdown_use use)
{
    int fd = openat(dir, name, O_PATH | O_CLOEXEC);

    if (fd < 0)
        return;
    allow_fd(landlock, fd, uses[use]);
    close(fd);
}

/* Allow what the links in the folder @name lead to: it may be outside. */
static void allow_links(const struct landlock *landlock, int parent,
                        const char *name, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    struct stat info;

    if (!dir) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0 ||
            fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISLNK(info.st_mode))
            allow_at(landlock, fd, entry->d_name, LOCKDOWN_READ);
        if (!S_ISREG(info.st_mode) && depth < LINK_DEPTH)
            allow_links(landlock, fd, entry->d_name, depth + 1);
    }
    closedir(dir);
}

void landlock_allow(const struct landlock *landlock, const char *path,
                    enum lockdown_use use)
{
    char copy[OUTPUT_PATH_MAX];

    if (landlock->fd < 0)
        return;
    if (use == LOCKDOWN_WRITE || use == LOCKDOWN_RENAME) {
        snprintf(copy, sizeof(copy), "%s", path);
        path = dirname(copy);
    }
    allow_at(landlock, AT_FDCWD, path, use);
    if (use == LOCKDOWN_READ_LINKS)
        allow_links(landlock, AT_FDCWD, path, 0);
}

int landlock_enter(struct landlock *landlock)
{
    landlock->is_open = 0;
    if (landlock->fd < 0)
        return landlock->error;
    if (syscall(SYS_landlock_restrict_self, landlock->fd, 0) != 0)
        landlock->error = errno;
    close(landlock->fd);
    landlock->fd = -1;
    return landlock->error;
}

#else

void landlock_open(struct landlock *landlock, int needs_network)
{
    (void)needs_network;
    landlock->is_open = 1;
    landlock->fd = -1;
    landlock->error = ENOSYS;
}

void landlock_allow(const struct landlock *landlock, const char *path,
                    enum lockdown_use use)
{
    (void)landlock;
    (void)path;
    (void)use;
}

int landlock_enter(struct landlock *landlock)
{
    landlock->is_open = 0;
    return landlock->error;
}

#endif
