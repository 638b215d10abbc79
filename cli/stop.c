/* SPDX-License-Identifier: MIT */
/*
 * stop.c - the first SIGINT or SIGTERM ends a run tidily.
 *
 * A flag alone would not do: the signal may land on a thread that is not the
 * one waiting for input.  So the handler also writes to a pipe that every
 * wait for input watches.  The state is global because a handler gets none.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static atomic_int stopped; /* free of locks, so a handler may set it */
static int stop_pipe[2] = {-1, -1};

static void handle(int number)
{
    int saved = errno;
    ssize_t n;

    (void)number;
    atomic_store(&stopped, 1);
    n = write(stop_pipe[1], "", 1);
    (void)n; /* a full pipe wakes as well as one byte does */
    errno = saved;
}

/* Catch @number, once: SA_RESETHAND makes a second one kill.  A program that
 * was started with it ignored keeps ignoring it. */
static int catch_one(int number)
{
    struct sigaction action = {0};
    struct sigaction before;

    if (sigaction(number, NULL, &before) != 0)
        return -1;
    if (before.sa_handler == SIG_IGN)
        return 0;

    action.sa_handler = handle;
    action.sa_flags = (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL);
}

int stop_catch(struct gg_error *err)
{
    if (pipe(stop_pipe) == 0 && fcntl(stop_pipe[0], F_SETFD, FD_CLOEXEC) == 0 &&
        fcntl(stop_pipe[1], F_SETFD, FD_CLOEXEC) == 0 &&
        fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK) == 0 &&
        catch_one(SIGINT) == 0 && catch_one(SIGTERM) == 0)
        return 0;

    err->status = GG_EIO;
    snprintf(err->message, sizeof(err->message), "cannot catch signals: %s",
             strerror(errno));
    return EXIT_USAGE;
}

int stop_is_asked(void *unused)
{
    (void)unused;
    return atomic_load(&stopped);
}

int stop_wait(int fd)
{
    struct pollfd fds[2] = {{.fd = fd, .events = POLLIN},
                            {.fd = stop_pipe[0], .events = POLLIN}};

    /* Ends with a signal, input, or a failure that read() will report. */
    while (!stop_is_asked(NULL) && poll(fds, COUNT(fds), -1) < 0 &&
           errno == EINTR)
        ;
    return !stop_is_asked(NULL);
}
