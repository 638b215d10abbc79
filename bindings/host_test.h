/* SPDX-License-Identifier: MIT */
/* host_test.h - what running policy tests needs: host_case.c, host_test.c. */
#ifndef GGL_HOST_TEST_H
#define GGL_HOST_TEST_H

#include "host.h"

/* One case as JSON.  Texts are NUL-terminated where has_ says so. */
struct ggl_case {
    struct ggp_buf name;
    struct ggp_buf json;   /* the envelope, or the request's context */
    struct ggp_buf expect; /* an object */
    struct ggp_buf tenant;
    struct ggp_buf provider;
    struct ggp_buf email;
    struct ggp_buf host; /* an object: the host's answers by name */
    int64_t now;
    int is_connect;
    int has_tenant;
    int has_provider;
    int has_email;
    int has_context;
    int has_host;
};

/* A test file, and the case that is being read. */
struct ggl_test_file {
    const struct ggl_source *source;
    int64_t now; /* 0: the clock */
    lua_Integer ncases;
    lua_Integer number; /* of the case, from 1 */
    struct ggl_case test;
};

/* Run the file of the ggl_test_file at 1, and keep its cases. */
int ggl_openfile(lua_State *L);

/* Read case `number` into `test`. */
int ggl_readcase(lua_State *L);

void ggp_case_free(struct ggl_case *test);

/* Read every case of the test file @source, in a fresh sandbox, and run none.
 * @ncases, out: how many there are. */
gg_status ggp_test_load(const gg_policies *policies,
                        const struct ggl_source *source, size_t *ncases,
                        struct gg_error *err);

#endif
