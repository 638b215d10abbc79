/* SPDX-License-Identifier: MIT */
/* request.c - what a connect question is about, as policies see it. */
#include "private.h"

static const char *const purpose_words[] = {"signin", "reauth", NULL};

static const struct ggp_field fields[GGP_REQUEST_NFIELDS] = {
    [GGP_REQUEST_TENANT] = GGP_FIELD("tenant", GGP_FIELD_TEXT, NULL),
    [GGP_REQUEST_PROVIDER] = GGP_FIELD("provider", GGP_FIELD_TEXT, NULL),
    [GGP_REQUEST_EMAIL] = GGP_FIELD("email", GGP_FIELD_TEXT, NULL),
    [GGP_REQUEST_DOMAIN] = GGP_FIELD("domain", GGP_FIELD_TEXT, NULL),
    [GGP_REQUEST_CONTEXT] = GGP_FIELD("context", GGP_FIELD_OBJECT, NULL),
    [GGP_REQUEST_PURPOSE] = GGP_FIELD("purpose", GGP_FIELD_TEXT, purpose_words),
    [GGP_REQUEST_GRANT_ID] = GGP_FIELD("grant_id", GGP_FIELD_TEXT, NULL),
};

static struct ggp_value field_value(const void *self, int field)
{
    const struct ggp_request *request = self;
    struct ggp_value context = {.kind = GGP_JSON_OBJECT,
                                .json = request->context};

    switch (field) {
    case GGP_REQUEST_TENANT:
        return ggp_value_of_text(request->tenant);
    case GGP_REQUEST_PROVIDER:
        return ggp_value_of_text(request->provider);
    case GGP_REQUEST_EMAIL:
        return ggp_value_of_text(request->email);
    case GGP_REQUEST_DOMAIN:
        return ggp_value_of_text(request->domain);
    case GGP_REQUEST_CONTEXT:
        return context;
    case GGP_REQUEST_PURPOSE:
        return ggp_value_text(request->is_reauth ? "reauth" : "signin");
    case GGP_REQUEST_GRANT_ID:
        return ggp_value_of_text(request->grant_id);
    default:
        return ggp_value_text(NULL);
    }
}

const struct ggp_subject ggp_request_subject = {
    "request", fields, GGP_REQUEST_NFIELDS, field_value};
