/* SPDX-License-Identifier: MIT */
/* service.c - from a request to its answer: the two questions, and the key. */
#include "fake.h"

#include <stdio.h>
#include <string.h>

#define ROOT "/v3/grants"

/* A client's timer may go off this much too soon. */
#define EARLY_MS 20

/* One request on its way. */
struct visit {
    struct service *service;
    const struct request *request;
    struct ggp_buf id; /* decoded */
    int is_list;
    int is_get;
    struct page page;
    int is_page; /* the query of a list was right */
    char message[128];
    struct answer answer;
};

static void visit_begin(struct visit *visit)
{
    struct ggp_text path = visit->request->path;
    size_t root = strlen(ROOT);
    size_t len = path.len - root - 1;

    if (!ggp_text_is(visit->request->method, "GET") || path.len < root ||
        memcmp(path.at, ROOT, root) != 0)
        return;
    if (path.len == root) {
        visit->is_list = 1;
        visit->is_page = page_read(&visit->page, visit->request->query,
                                   visit->message);
        return;
    }
    visit->is_get = path.at[root] == '/' && len > 0 &&
                    !memchr(path.at + root + 1, '/', len) &&
                    request_decode(&visit->id,
                                   (struct ggp_text){path.at + root + 1, len});
}

static struct ggp_text id_of(const struct visit *visit)
{
    struct ggp_text id = {0};

    if (visit->is_get)
        id = (struct ggp_text){visit->id.bytes, visit->id.len};
    return id;
}

static int has_key(const struct visit *visit)
{
    static const char scheme[] = "Bearer ";
    struct ggp_text given = visit->request->authorization;
    size_t len = sizeof(scheme) - 1;

    if (given.len <= len || memcmp(given.at, scheme, len) != 0)
        return 0;
    given.at += len;
    given.len -= len;
    return !visit->service->key || ggp_text_is(given, visit->service->key);
}

/* A good answer, so far, to say @status. */
static void say(struct visit *visit, int status)
{
    visit->answer.status = status;
    answer_header(&visit->answer, "Content-Type", "application/json");
    answer_header(&visit->answer, "x-request-id", visit->answer.request_id);
    ggp_buf_string(&visit->answer.body, "{\"request_id\":\"");
    ggp_buf_string(&visit->answer.body, visit->answer.request_id);
    ggp_buf_string(&visit->answer.body, "\",\"data\":");
}

static void say_error(struct visit *visit, int status, const char *message)
{
    visit->answer.status = status;
    answer_error(&visit->answer, SHAPE_API, message);
}

static void answer_list(struct visit *visit)
{
    struct ggp_buf *body = &visit->answer.body;

    if (!visit->is_page) {
        say_error(visit, 400, visit->message);
        return;
    }
    say(visit, 200);
    page_write(&visit->page, &visit->service->grants, visit->service->is_brief,
               body);
    ggp_buf_string(body, ",\"limit\":");
    ggp_buf_int(body, visit->page.limit);
    ggp_buf_string(body, ",\"offset\":");
    ggp_buf_int(body, visit->page.offset);
    ggp_buf_string(body, "}");
}

static void answer_get(struct visit *visit)
{
    const struct grant *grant = grants_find(&visit->service->grants,
                                            id_of(visit));

    if (!grant) {
        say_error(visit, 404, NULL);
        return;
    }
    say(visit, 200);
    ggp_buf_add(&visit->answer.body, grant->json.at, grant->json.len);
    ggp_buf_string(&visit->answer.body, "}");
}

static void answer_well(struct visit *visit)
{
    if (!has_key(visit))
        say_error(visit, 401, NULL);
    else if (visit->is_list)
        answer_list(visit);
    else if (visit->is_get)
        answer_get(visit);
    else
        say_error(visit, 404, "Resource not found.");
}

/* The status that @fault ordered, and when to ask again. */
static void answer_status(struct visit *visit, const struct fault *fault,
                          struct target *target)
{
    char text[40];
    int64_t now_ms = clock_wall_ms();
    int64_t date = now_ms / 1000 + fault->retry_after;

    visit->answer.status = fault->status;
    answer_error(&visit->answer, fault->shape, NULL);
    if (fault->retry_after < 0)
        return;
    if (fault->is_retry_date) {
        clock_http_date(date, text);
        target->not_before_ms = date * 1000;
    } else {
        snprintf(text, sizeof(text), "%lld", (long long)fault->retry_after);
        target->not_before_ms = now_ms + fault->retry_after * 1000;
    }
    answer_header(&visit->answer, "Retry-After", text);
}

static void answer_redirect(struct visit *visit, const char *url)
{
    visit->answer.status = 302;
    answer_header(&visit->answer, "Location", url);
    ggp_buf_string(&visit->answer.body, "<a href=\"#\">moved</a>");
}

/* As a proxy does that shows what it got: the key comes back everywhere. */
static void answer_echo(struct visit *visit)
{
    struct answer *answer = &visit->answer;
    struct ggp_text given = visit->request->authorization;
    const char *space = given.at ? memchr(given.at, ' ', given.len) : NULL;
    size_t len = space ? given.len - (size_t)(space + 1 - given.at) : 0;

    snprintf(answer->request_id, sizeof(answer->request_id), "%.*s", (int)len,
             space ? space + 1 : "");
    answer->status = 403;
    answer_error(answer, SHAPE_API, answer->request_id);
    answer_header(answer, "X-Got-Authorization", answer->request_id);
}

static void log_gone(void *self, const struct grant *grant)
{
    log_grant(self, "deleted", grant);
}

/* What changes behind the back of someone who is listing. */
static void change(struct visit *visit)
{
    struct service *service = visit->service;
    int64_t i;

    page_forget(&visit->page, &service->grants, service->ndelete, log_gone,
                service->log);
    for (i = 0; i < service->ncreate; i++) {
        struct grant *grant = grants_create(&service->grants);

        if (grant)
            log_grant(service->log, "created", grant);
    }
}

static const struct fault *choose(struct visit *visit, int64_t attempt)
{
    struct occasion occasion = {.id = id_of(visit),
                                .target = visit->request->target,
                                .offset = visit->page.offset,
                                .attempt = attempt};

    if (!visit->is_list && !visit->is_get)
        return NULL;
    return faults_choose(&visit->service->faults, &occasion);
}

static void answer_visit(struct visit *visit, const struct fault *fault,
                         struct target *target)
{
    if (fault && fault->kind == FAULT_STATUS) {
        answer_status(visit, fault, target);
    } else if (fault && fault->kind == FAULT_REDIRECT) {
        answer_redirect(visit, fault->url);
    } else if (fault && fault->kind == FAULT_ECHO) {
        answer_echo(visit);
    } else {
        if (fault && fault->kind == FAULT_SAME_PAGE)
            visit->page.offset = 0;
        answer_well(visit);
        if (fault)
            answer_spoil(&visit->answer, fault);
    }
}

void service_answer(struct service *service, const struct request *request,
                    struct wire *wire)
{
    struct visit visit = {.service = service, .request = request};
    struct target *target = targets_find(&service->targets, request->target);
    const struct fault *fault;
    struct log_line line = {.request = request, .attempt = ++target->nasked};

    line.is_early = clock_wall_ms() + EARLY_MS < target->not_before_ms;
    wire->ready_at_ms = clock_ms() + service->delay_ms;
    wire->ending = request->is_last ? END_CLOSE : END_KEEP;
    visit_begin(&visit);
    answer_begin(&visit.answer, 200, ++service->nanswers);
    fault = choose(&visit, line.attempt);
    answer_visit(&visit, fault, target);
    wire_fill(wire, &visit.answer, fault);

    line.fault = fault;
    line.status = visit.answer.status;
    log_request(service->log, &line);
    if (visit.is_page && visit.answer.status == 200)
        change(&visit);
    answer_free(&visit.answer);
    page_free(&visit.page);
    ggp_buf_free(&visit.id);
}

void service_refuse(struct service *service, struct wire *wire)
{
    struct request request = {.method = ggp_text_of("malformed")};
    struct log_line line = {.request = &request, .status = 400, .attempt = 1};
    struct answer answer;

    answer_begin(&answer, 400, ++service->nanswers);
    answer_error(&answer, SHAPE_API, "Malformed request");
    wire->ending = END_CLOSE;
    wire_fill(wire, &answer, NULL);
    log_request(service->log, &line);
    answer_free(&answer);
}
