/* SPDX-License-Identifier: MIT */
/*
 * connection.c - one client: requests in, one after the other, answers out.
 *
 * A request is read only when the answer to the one before it has left, so
 * whoever sends several at once gets the answers in order.
 */
#include "fake.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_MAX ((size_t)128 << 10)

void connection_open(struct connection *connection, int fd)
{
    memset(connection, 0, sizeof(*connection));
    connection->fd = fd;
    connection->in.max = IN_MAX;
}

void connection_close(struct connection *connection)
{
    close(connection->fd);
    ggp_buf_free(&connection->in);
    wire_free(&connection->out);
    connection->fd = -1;
}

static void reset(struct connection *connection)
{
    struct linger now = {.l_onoff = 1};

    setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    connection_close(connection);
}

static int is_waiting(const struct connection *connection)
{
    return connection->is_answering && connection->out.ready_at_ms > clock_ms();
}

short connection_events(const struct connection *connection)
{
    if (connection->is_answering && !connection->is_deaf &&
        !is_waiting(connection))
        return POLLIN | POLLOUT;
    return POLLIN;
}

int64_t connection_wakes_ms(const struct connection *connection)
{
    return is_waiting(connection) ? connection->out.ready_at_ms : -1;
}

/* Take what came; 0 when the client has gone. */
static int receive(struct connection *connection)
{
    char room[16384];
    ssize_t n = recv(connection->fd, room, sizeof(room), 0);

    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    if (n > 0 && !connection->is_deaf)
        ggp_buf_add(&connection->in, room, (size_t)n);
    return n > 0 && connection->in.failed == GG_OK;
}

/* Send what goes; 0 when the connection broke. */
static int transmit(struct connection *connection)
{
    struct ggp_text next = wire_next(&connection->out);

    while (next.len > 0) {
        ssize_t n = send(connection->fd, next.at, next.len, MSG_NOSIGNAL);

        if (n < 0)
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        connection->out.sent += n;
        next = wire_next(&connection->out);
    }
    return 1;
}

/* All of an answer has left. */
static void finish(struct connection *connection)
{
    switch (connection->out.ending) {
    case END_KEEP:
        connection->is_answering = 0;
        wire_clear(&connection->out);
        break;
    case END_CLOSE:
        /* With bytes unread, close() would reset what was just sent. */
        shutdown(connection->fd, SHUT_WR);
        connection->is_deaf = 1;
        connection->out.ending = END_HANG;
        break;
    case END_RESET:
        reset(connection);
        break;
    case END_HANG:
        connection->is_deaf = 1;
        break;
    }
}

/* Begin to answer the next request, if it is there. */
static void answer_next(struct connection *connection, struct service *service)
{
    struct ggp_buf *in = &connection->in;
    struct request request;

    switch (request_read(&request, in->bytes, in->len)) {
    case REQUEST_PARTIAL:
        return;
    case REQUEST_WRONG:
        service_refuse(service, &connection->out);
        break;
    case REQUEST_WHOLE:
        service_answer(service, &request, &connection->out);
        in->len -= request.len;
        memmove(in->bytes, in->bytes + request.len, in->len);
        break;
    }
    connection->is_answering = 1;
}

void connection_go_on(struct connection *connection, struct service *service,
                      int is_readable)
{
    if (is_readable && !receive(connection)) {
        connection_close(connection);
        return;
    }
    while (!connection->is_deaf) {
        if (!connection->is_answering)
            answer_next(connection, service);
        if (!connection->is_answering || is_waiting(connection))
            return;
        if (!transmit(connection)) {
            connection_close(connection);
            return;
        }
        if (wire_next(&connection->out).len > 0)
            return;
        finish(connection);
        if (connection->fd < 0)
            return;
    }
}
