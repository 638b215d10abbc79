/* SPDX-License-Identifier: MIT */
/* suites.h - the unit tests: one suite per file of the library. */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

#define SUITES(XX)                                                             \
    XX(allocation)                                                             \
    XX(arena)                                                                  \
    XX(auth_url)                                                               \
    XX(budget)                                                                 \
    XX(buf)                                                                    \
    XX(buffers)                                                                \
    XX(bytecode)                                                               \
    XX(call)                                                                   \
    XX(case)                                                                   \
    XX(chain)                                                                  \
    XX(check)                                                                  \
    XX(client)                                                                 \
    XX(compare)                                                                \
    XX(compile)                                                                \
    XX(condition)                                                              \
    XX(connect)                                                                \
    XX(constructors)                                                           \
    XX(cover)                                                                  \
    XX(decision)                                                               \
    XX(digest)                                                                 \
    XX(dispatch)                                                               \
    XX(document)                                                               \
    XX(evaluate)                                                               \
    XX(explain)                                                                \
    XX(facts)                                                                  \
    XX(fetched)                                                                \
    XX(folder)                                                                 \
    XX(freeze)                                                                 \
    XX(glob)                                                                   \
    XX(grant)                                                                  \
    XX(grant_text)                                                             \
    XX(host_connect)                                                           \
    XX(host_fetch)                                                             \
    XX(host_function)                                                          \
    XX(host_pipeline)                                                          \
    XX(hostile_answers)                                                        \
    XX(hostile_input)                                                          \
    XX(hostile_memory)                                                         \
    XX(hostile_order)                                                          \
    XX(hostile_reach)                                                          \
    XX(hostile_time)                                                           \
    XX(input)                                                                  \
    XX(json)                                                                   \
    XX(json_text)                                                              \
    XX(listing)                                                                \
    XX(live)                                                                   \
    XX(live_threads)                                                           \
    XX(load)                                                                   \
    XX(log)                                                                    \
    XX(lua_host)                                                               \
    XX(lua_library)                                                            \
    XX(lua_session)                                                            \
    XX(lua_string)                                                             \
    XX(many_tenants)                                                           \
    XX(matcher)                                                                \
    XX(meta)                                                                   \
    XX(module)                                                                 \
    XX(moment)                                                                 \
    XX(opinion)                                                                \
    XX(pace)                                                                   \
    XX(pattern)                                                                \
    XX(pipeline)                                                               \
    XX(pkce)                                                                   \
    XX(policies)                                                               \
    XX(reached)                                                                \
    XX(reader)                                                                 \
    XX(record)                                                                 \
    XX(records)                                                                \
    XX(redaction)                                                              \
    XX(request)                                                                \
    XX(response)                                                               \
    XX(retry)                                                                  \
    XX(rule)                                                                   \
    XX(sandbox)                                                                \
    XX(session)                                                                \
    XX(smtp)                                                                   \
    XX(source)                                                                 \
    XX(status)                                                                 \
    XX(subject)                                                                \
    XX(tally)                                                                  \
    XX(tally_text)                                                             \
    XX(tenants)                                                                \
    XX(test)                                                                   \
    XX(text)                                                                   \
    XX(trace)                                                                  \
    XX(transfer)                                                               \
    XX(url)                                                                    \
    XX(value)                                                                  \
    XX(verdict)

#define XX(noun) Suite *noun##_suite(void);
SUITES(XX)
#undef XX

#endif
