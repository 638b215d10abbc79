/* SPDX-License-Identifier: MIT */
/*
 * server.c - all connections on one thread, with poll(2).
 *
 * When no more connections fit, the rest wait in the listener's queue.
 */
#include "fake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define BACKLOG         128

/* A signal that comes just before poll() is seen this much later. */
#define NAP_MS 200

struct server {
    struct service *service;
    struct connection connections[CONNECTIONS_MAX];
    struct pollfd fds[CONNECTIONS_MAX + 1];
};

static void unblock(int fd)
{
    int is_on = 1;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof(is_on));
}

int server_listen(int64_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)*port)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int is_on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &is_on, sizeof(is_on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, len) != 0 ||
        listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        fail("cannot listen on port %d: %s", (int)*port, strerror(errno));
    unblock(fd);
    *port = ntohs(address.sin_port);
    return fd;
}

static struct connection *free_connection(struct server *server)
{
    size_t i;

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        if (server->connections[i].fd < 0)
            return &server->connections[i];
    }
    return NULL;
}

static void welcome(struct server *server, int listener)
{
    struct connection *connection;

    while ((connection = free_connection(server))) {
        int fd = accept(listener, NULL, NULL);

        if (fd < 0)
            return;
        unblock(fd);
        connection_open(connection, fd);
    }
}

/* Fill in what to wait for; returns for how long at most. */
static int prepare(struct server *server, int listener)
{
    int64_t now_ms = clock_ms();
    int64_t wait_ms = NAP_MS;
    size_t i;

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        const struct connection *connection = &server->connections[i];
        int64_t wakes_ms;

        server->fds[i] = (struct pollfd){.fd = connection->fd};
        if (connection->fd < 0)
            continue;
        server->fds[i].events = connection_events(connection);
        wakes_ms = connection_wakes_ms(connection);
        if (wakes_ms >= 0 && wakes_ms - now_ms < wait_ms)
            wait_ms = wakes_ms - now_ms;
    }
    server->fds[i] = (struct pollfd){
        .fd = free_connection(server) ? listener : -1, .events = POLLIN};
    return wait_ms > 0 ? (int)wait_ms : 0;
}

static void serve(struct server *server)
{
    size_t i;

    for (i = 0; i < CONNECTIONS_MAX; i++) {
        if (server->connections[i].fd >= 0)
            connection_go_on(&server->connections[i], server->service,
                             server->fds[i].revents & ~POLLOUT);
    }
}

void server_run(int listener, struct service *service, int64_t deadline_ms,
                const volatile int *is_stopped)
{
    static struct server server;
    size_t i;

    server.service = service;
    for (i = 0; i < CONNECTIONS_MAX; i++)
        server.connections[i].fd = -1;
    while (!*is_stopped && clock_ms() < deadline_ms) {
        int wait_ms = prepare(&server, listener);

        if (poll(server.fds, CONNECTIONS_MAX + 1, wait_ms) < 0)
            continue; /* a signal: what poll() left behind says nothing */
        serve(&server);
        if (server.fds[CONNECTIONS_MAX].revents)
            welcome(&server, listener);
    }
    for (i = 0; i < CONNECTIONS_MAX; i++) {
        if (server.connections[i].fd >= 0)
            connection_close(&server.connections[i]);
    }
    close(listener);
}
