/* SPDX-License-Identifier: MIT */
/*
 * host_keys.h - the keys that tables of policy code may have.
 *
 * What reads a table checks its keys against these lists, and a test holds
 * the annotations for editors against them.  All end with NULL; connect
 * fields are in ggp_connect_info.
 */
#ifndef GGL_HOST_KEYS_H
#define GGL_HOST_KEYS_H

/* lua_constructors.c; a reauth has the connect fields too */
extern const char *const ggl_decision_keys[];
extern const char *const ggl_rule_keys[];

/* host_compile.c */
extern const char *const ggl_policy_keys[];
extern const char *const ggl_mandate_keys[];

/* host_case.c: of test files, of cases, of what cases hold */
extern const char *const ggl_test_keys[];
extern const char *const ggl_grant_case_keys[];
extern const char *const ggl_connect_case_keys[];
extern const char *const ggl_case_grant_keys[];
extern const char *const ggl_case_request_keys[];
extern const char *const ggl_record_keys[];
extern const char *const ggl_answer_keys[]; /* and the connect fields */

#endif
