/* SPDX-License-Identifier: MIT */
/*
 * script_server.c - an HTTP server that answers what a test tells it to.
 *
 * A child process, since libcheck's tests are processes and threads do not
 * cross a fork; it ends when the test does, by a pipe that then closes.
 */
#include "script_server.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char log_path[] = "/tmp/script-server-XXXXXX";
static int log_fd = -1;

/* Read one request and write it to the log.  0 when there is none. */
static int take_request(int fd)
{
    char text[8192];
    size_t len = 0;

    while (len < sizeof(text) - 1) {
        ssize_t n = read(fd, text + len, sizeof(text) - 1 - len);

        if (n <= 0)
            return 0;
        len += (size_t)n;
        text[len] = '\0';
        if (strstr(text, "\r\n\r\n"))
            return write(log_fd, text, len) == (ssize_t)len;
    }
    return 0;
}

static void serve(int listener, int lifeline, const char *const *answers,
                  size_t n)
{
    struct pollfd fds[2] = {{.fd = listener, .events = POLLIN},
                            {.fd = lifeline, .events = POLLIN}};
    size_t i = 0;

    while (poll(fds, 2, 30000) > 0 && fds[1].revents == 0) {
        int fd = accept(listener, NULL, NULL);

        if (fd >= 0 && take_request(fd)) {
            const char *answer = answers[i < n ? i : n - 1];
            size_t len = strlen(answer);

            i++;
            if (write(fd, answer, len) != (ssize_t)len)
                break;
        }
        close(fd);
    }
    _exit(0);
}

const char *script_server(const char *const *answers, size_t n)
{
    static char url[64];
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int lifeline[2];
    pid_t pid;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listener, 64), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size),
                     0);
    ck_assert_int_eq(pipe(lifeline), 0);
    log_fd = mkstemp(log_path);
    ck_assert_int_ge(log_fd, 0);
    unlink(log_path);

    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        close(lifeline[1]);
        serve(listener, lifeline[0], answers, n);
    }
    close(listener);
    close(lifeline[0]); /* the other end stays open until the test ends */
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", ntohs(address.sin_port));
    return url;
}

const char *script_requests(void)
{
    static char text[1 << 16];
    ssize_t n = pread(log_fd, text, sizeof(text) - 1, 0);

    ck_assert_int_ge(n, 0);
    text[n] = '\0';
    return text;
}

const char *script_answer(const char *status, const char *headers,
                          const char *body)
{
    static char rooms[8][1 << 16];
    static size_t next;
    char *room = rooms[next++ % 8];

    snprintf(room, sizeof(rooms[0]),
             "HTTP/1.1 %s\r\nConnection: close\r\n%sContent-Length: %zu\r\n"
             "\r\n%s",
             status, headers, strlen(body), body);
    return room;
}
