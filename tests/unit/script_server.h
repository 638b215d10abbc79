/* SPDX-License-Identifier: MIT */
/* script_server.h - an HTTP server that answers what a test tells it to. */
#ifndef SCRIPT_SERVER_H
#define SCRIPT_SERVER_H

#include <stddef.h>

/* What comes in place of an answer: the connection is closed. */
#define HANG_UP ""

/*
 * Answer one request after another with the raw @answers, the last one for
 * ever; a connection ends with each.  In a process that ends with the test.
 * Returns "http://127.0.0.1:PORT", static.
 */
const char *script_server(const char *const *answers, size_t n);

/* All requests so far, as received, one after another; static. */
const char *script_requests(void);

/* "HTTP/1.1 <status>" with headers and @body, static until eight more. */
const char *script_answer(const char *status, const char *headers,
                          const char *body);

#endif
