/* SPDX-License-Identifier: MIT */
/*
 * grantgate.h - decide, by policy, what to do with a grant.
 *
 * A grant is a mailbox that an application connected through Nylas.  The
 * only header a C host needs; it does not include lua.h.
 *
 * Conventions that hold for every declaration below:
 *
 *   names    gg_ and GG_ are ours.  A typedef is an opaque handle; a plain
 *            `struct` is data whose fields the caller may read or fill.
 *            Zero-initialise, then fill: zero means "default" or "absent".
 *   strings  const char * is NUL-terminated UTF-8 and borrowed for the call.
 *            char ** is an out parameter: on success the caller owns it and
 *            releases it with gg_free().
 *   lists    const char *const * ends with a NULL entry; NULL is "absent".
 *   units    are in the name: _ms, _bytes.  Times are Unix seconds.
 *   errors   a gg_status is returned; `err`, the last parameter, may be NULL
 *            and is written only on failure.  Out parameters are written
 *            only on success.
 *   threads  one handle, one thread at a time, but for gg_policies, gg_live,
 *            gg_client and gg_facts_table, which any number of threads may
 *            share, and for gg_session_interrupt().  There is no global state
 *            but libcurl's (see gg_client_open()), no output, no exit, no
 *            reading of the environment.
 */
#ifndef GRANTGATE_H
#define GRANTGATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GG_API       __attribute__((visibility("default")))
#define GG_NODISCARD __attribute__((warn_unused_result))
#else
#define GG_API
#define GG_NODISCARD
#endif

/* --- status and error --- */

/*
 * Every way to fail, once: enumerator, the stable token that records and
 * messages print, and a sentence for people.  Append only; tokens never
 * change.
 */
#define GG_STATUS_MAP(XX)                                                      \
    XX(OK, "ok", "success")                                                    \
    XX(ENOMEM, "out_of_memory", "memory could not be allocated")               \
    XX(EINVAL, "invalid_argument", "an argument breaks the contract")          \
    XX(EIO, "io_error", "a file could not be read or written")                 \
    XX(EJSON, "invalid_json", "the input is not JSON")                         \
    XX(EGRANT, "invalid_grant", "the input is JSON, but not a grant")          \
    XX(EDUPLICATE, "duplicate_key", "an object names a key twice")             \
    XX(ETOOLONG, "too_long", "the input is over its size limit")               \
    XX(EPOLICY, "policy_error", "the policy raised or answered nonsense")      \
    XX(EINSTRUCTIONS, "instruction_limit", "the policy ran too long")          \
    XX(EMEMORY, "memory_limit", "the policy used too much memory")             \
    XX(ETIME, "time_limit", "the policy ran past its wall time")               \
    XX(EOUTPUT, "output_limit", "the policy's answer is too big")              \
    XX(EFETCH, "fetch_failed", "the grant could not be fetched")               \
    XX(EINTERRUPTED, "interrupted", "the question was interrupted")

typedef enum gg_status {
#define XX(name, token, text) GG_##name,
    GG_STATUS_MAP(XX)
#undef XX
} gg_status;

/** What went wrong.  Caller-allocated, no heap, safe to copy. */
struct gg_error {
    gg_status status;
    char message[512]; /* one line, no newline, never a secret */
};

/** The stable token of @status, e.g. "invalid_json".  Static storage. */
GG_API const char *gg_status_token(gg_status status);

/** The version of the library, e.g. "1.0.0".  Static storage. */
GG_API const char *gg_version(void);

/** Release a string this library handed out.  NULL is a no-op. */
GG_API void gg_free(void *ptr);

/* --- time --- */

/**
 * Read a time: Unix seconds ("1785578400") or RFC 3339
 * ("2026-08-01T10:00:00Z", offsets allowed, fractions dropped).
 *
 * Returns GG_OK or GG_EINVAL.
 */
GG_API gg_status gg_time_parse(const char *text, int64_t *seconds,
                               struct gg_error *err) GG_NODISCARD;

/* --- connect fields and the hosted-auth URL --- */

/** A yes or no that may also be left open. */
enum gg_choice { GG_UNSET, GG_NO, GG_YES };

/**
 * What can be said about a sign-in.  A NULL or GG_UNSET field is not set.
 * Meaning and values are those of Nylas' GET /v3/connect/auth.
 */
struct gg_connect {
    enum gg_choice smtp_required; /* options=smtp_required: ask for SMTP */
    const char *region;           /* "us" or "eu" */
    const char *client_id;        /* the application, of that region */
    const char *redirect_uri;     /* https://, or http:// to this machine */
    const char *login_hint;       /* e-mail address; re-authenticates it */
    const char *state;            /* at most 256 characters */
    const char *const *scope;     /* IMAP has none */
    const char *prompt;           /* e.g. "select_provider,detect" */
    const char *access_type;      /* "online" or "offline" */
    const char *credential_id;
    enum gg_choice include_grant_scopes;
    const char *const *options; /* further values of `options` */
};

/** One request for a hosted-auth URL. */
struct gg_auth_request {
    struct gg_connect connect;  /* client_id and redirect_uri are required */
    const char *provider;       /* NULL: the user picks on the page */
    const char *api_url;        /* NULL: https://api.<region>.nylas.com */
    const char *code_challenge; /* NULL: no PKCE; see gg_pkce() */
};

/**
 * Build the URL a browser visits to create or renew a grant.
 *
 * @url   out: ASCII, at most 8 KiB; the caller owns it.
 *
 * Returns GG_OK; GG_EINVAL, naming the field, if one is missing or does not
 * fit; GG_EOUTPUT if the URL is over 8 KiB; or GG_ENOMEM.  Does no I/O.  The
 * same request always yields the same bytes.
 */
GG_API gg_status gg_auth_url(const struct gg_auth_request *request, char **url,
                             struct gg_error *err) GG_NODISCARD;

/** A PKCE pair: the verifier stays here, the challenge goes into the URL. */
struct gg_pkce {
    char verifier[65];  /* 64 characters of [A-Za-z0-9] */
    char challenge[87]; /* see gg_pkce_challenge() */
};

/**
 * Make a fresh PKCE pair from the system's randomness.
 *
 * Returns GG_OK, or GG_EIO when there is no randomness to be had.
 */
GG_API gg_status gg_pkce_new(struct gg_pkce *pkce,
                             struct gg_error *err) GG_NODISCARD;

/**
 * Compute the challenge of @verifier as Nylas does: base64, unpadded, of the
 * lower-case hex of the SHA-256 (86 characters; RFC 7636 has 43, and Nylas
 * refuses those).
 */
GG_API gg_status gg_pkce_challenge(const char *verifier, char challenge[87],
                                   struct gg_error *err) GG_NODISCARD;

/* --- verdicts and decisions --- */

/** Whether a grant holds what it takes to send.  0 is "not judged yet". */
enum gg_smtp {
    GG_SMTP_NONE,
    GG_SMTP_COMPLETE,
    GG_SMTP_INCOMPLETE,
    GG_SMTP_UNKNOWN, /* no evidence either way: not judged, do nothing */
    GG_SMTP_NOT_APPLICABLE,
    GG_SMTP_COUNT
};

/** What the verdict rests on. */
enum gg_evidence {
    GG_EVIDENCE_NONE,
    GG_EVIDENCE_PROVIDER,
    GG_EVIDENCE_SEND_ERROR,
    GG_EVIDENCE_SETTINGS,
    GG_EVIDENCE_SENT
};

/** Bits of gg_decision.missing, in the order records list them. */
enum gg_missing {
    GG_MISSING_IMAP_USERNAME = 1,
    GG_MISSING_IMAP_PASSWORD = 2,
    GG_MISSING_SMTP_HOST = 4,
    GG_MISSING_SMTP_PORT = 8
};

/** What the host is told to do. */
enum gg_action {
    GG_ERROR,  /* nothing was decided; see `error`.  Never treat as accept */
    GG_ACCEPT, /* nothing to do */
    GG_REAUTH, /* send the owner the sign-in link */
    GG_REPAIR, /* resend all settings, with these; else treat as reauth */
    GG_DEFER,  /* ask again later */
    GG_REJECT, /* do not use it for this tenant; never delete it */
    GG_ACTION_COUNT
};

/** "accept", "reauth" … "error".  Static storage. */
GG_API const char *gg_action_name(enum gg_action action);

/** "complete", "incomplete", "unknown", "not_applicable", or NULL for none. */
GG_API const char *gg_smtp_name(enum gg_smtp smtp);

/** What the single bit @missing stands for, e.g. "smtp_host", or NULL.  */
GG_API const char *gg_missing_name(unsigned missing);

/**
 * One decision about one grant.  Its strings belong to the session and live
 * until that session's next question, whatever set is put in force meanwhile.
 * NULL is "absent".
 */
struct gg_decision {
    const char *grant_id;
    const char *tenant;
    const char *provider;
    enum gg_action action;
    const char *reason;
    const char *policy; /* the file, e.g. "tenants/acme.lua" */
    const char *rule;
    int mandate; /* 1 where a mandate decided */
    enum gg_smtp smtp;
    unsigned missing; /* bits of gg_missing */
    enum gg_evidence evidence;
    const char *auth_url;
    const char *auth_url_missing; /* why a reauth has no URL */
    const char *notify;
    int has_after; /* whether `after` and `due` are set */
    int64_t after; /* seconds */
    int64_t due;   /* now + after */
    const char *smtp_host;
    int smtp_port; /* 0: absent */
    const char *smtp_username;
    const char *data;          /* JSON */
    gg_status error;           /* GG_OK unless action is GG_ERROR */
    const char *error_message; /* one line */
    const char *trace;         /* JSON, when the session traces */
};

/* --- stopping --- */

/**
 * Whether a run is to end: @is_asked answers nonzero from then on.  It is
 * called often, from any of the run's threads; NULL is "never".  A signal
 * handler that sets an atomic flag which @is_asked reads will do.
 */
struct gg_stop {
    int (*is_asked)(void *payload);
    void *payload;
};

/* --- fetching grants --- */

/**
 * A client of Nylas' grants API: GET /v3/grants and /v3/grants/{id}.  Any
 * number of threads may fetch through one, which keeps all of them together
 * within its rate.
 */
typedef struct gg_client gg_client;

/**
 * One try of one request, for whoever watches.  Borrowed for the call.
 */
struct gg_exchange {
    const char *target;     /* path and query; an e-mail address reads *** */
    unsigned attempt;       /* from 1 */
    int http_status;        /* 0: there was no answer */
    const char *request_id; /* what the API calls the request, or NULL */
    size_t size_bytes;      /* of the body, as inflated */
    int64_t time_ms;
    const char *problem; /* NULL: a good answer */
    int64_t wait_ms;     /* until it is tried again; -1: that was all */
};

/** Called from the thread that fetches, one at a time for each call. */
typedef void (*gg_exchange_fn)(const struct gg_exchange *exchange,
                               void *payload);

struct gg_client_options {
    const char *api_key; /* required; copied, wiped by gg_client_free() */
    const char *region;  /* NULL: "us" */
    const char *api_url; /* https, or http to this machine; NULL: by region */
    const char *ca_file; /* PEM; trusted instead of the system's; NULL: those */
    const char *proxy;   /* for https; NULL: none */
    const char *no_proxy;    /* hosts, with commas; NULL: none */
    unsigned parallel;       /* requests under way for one call; 0: 16 */
    unsigned rate;           /* requests a second, of all calls; 0: 10 */
    int retries;             /* of one request; 0: 5, -1: none */
    int64_t backoff_ms;      /* first wait, then doubled; 0: 500 */
    int64_t connect_time_ms; /* 0: 10,000 */
    int64_t time_ms;         /* of one try, all of it; 0: 60,000 */
    size_t max_body_bytes;   /* as inflated; 0: 16 MiB */
    struct gg_stop stop;
    gg_exchange_fn exchange; /* NULL: nobody watches */
    void *payload;           /* for exchange */
};

/**
 * Make a client.  Nothing is sent yet.
 *
 * Uses libcurl, whose global state it initialises and gives back (libcurl
 * counts and locks that since 7.84).
 *
 * Returns GG_OK; GG_EINVAL, naming the option, if one is missing or does not
 * fit; or GG_ENOMEM.
 */
GG_API gg_status gg_client_open(const struct gg_client_options *options,
                                gg_client **out,
                                struct gg_error *err) GG_NODISCARD;

/** Close a client that nobody uses any more.  NULL is a no-op. */
GG_API void gg_client_free(gg_client *client);

/** A grant that was asked for: what came, or why it did not. */
struct gg_fetched {
    const char *id;       /* NULL: a listed grant that has none */
    const char *json;     /* the grant, on one line; NULL: it did not come */
    size_t len;           /* of json */
    const char *provider; /* NULL: did not come, or cannot be read */
    enum gg_smtp smtp;    /* by itself, without facts; NONE: likewise */
    const char *code;     /* why it did not come, e.g. "not_found" */
    int http_status;      /* 0: there was no answer */
    const char *message;  /* one line, with the request id if there is one */
};

/**
 * Take one grant, borrowed for the call.  Anything but GG_OK ends the call
 * that fetches, which returns it.
 */
typedef gg_status (*gg_fetched_fn)(const struct gg_fetched *fetched,
                                   void *payload, struct gg_error *err);

/**
 * Fetch the @n grants named @ids and hand each to @take, in the order of
 * @ids, whatever came of it.
 *
 * Tried again, after a wait that doubles and never before what Retry-After
 * says: answers 408, 429, 500, 502, 503 and 504, a 401 once, and requests
 * that got no whole answer.
 *
 * Returns GG_OK when each was handed out; GG_EINTERRUPTED when stopped, with
 * what had come handed out; GG_ENOMEM; or what @take returned.
 */
GG_API gg_status gg_client_fetch(gg_client *client, const char *const *ids,
                                 size_t n, gg_fetched_fn take, void *payload,
                                 struct gg_error *err) GG_NODISCARD;

/** Which grants to list.  A NULL or 0 member is no filter. */
struct gg_grants_query {
    const char *provider;
    const char *grant_status; /* "valid" or "invalid" */
    const char *email;
    const char *workspace_id;
    int64_t since;  /* made at or after */
    int64_t before; /* made at or before */
};

/**
 * List the grants of the application and hand each to @take, once, the
 * oldest first.  Grants made or deleted meanwhile make no gap.  Memory grows
 * by some 100 bytes for each grant, to know it again.
 *
 * @query  NULL: all.
 *
 * Returns GG_OK when the list is complete; GG_EFETCH when it broke off for
 * good; GG_EINVAL if the query does not fit; and as gg_client_fetch().
 */
GG_API gg_status gg_client_list(gg_client *client,
                                const struct gg_grants_query *query,
                                gg_fetched_fn take, void *payload,
                                struct gg_error *err) GG_NODISCARD;

/* --- policies --- */

/** A policy set: immutable, reference-counted, shared between threads. */
typedef struct gg_policies gg_policies;

/** What a value of a host function is.  GG_NIL is "absent". */
enum gg_type { GG_NIL, GG_BOOLEAN, GG_INTEGER, GG_NUMBER, GG_STRING };

/** How much room gg_value.room has. */
#define GG_RESULT_ROOM_BYTES 1024

/** How long the string of a result may be. */
#define GG_RESULT_MAX_BYTES 65536

/** An argument or the result of a host function: the member that `type` names
 * counts. */
struct gg_value {
    enum gg_type type;
    int boolean;
    int64_t integer;
    double number;
    const char *string; /* UTF-8; of an argument: NUL-terminated */
    size_t len;         /* of string, in bytes */
    char *room; /* of a result: GG_RESULT_ROOM_BYTES that the function may
                   write and let `string` point to */
};

#define GG_FUNCTIONS_MAX       256
#define GG_FUNCTION_NAME_MAX   32
#define GG_FUNCTION_PARAMETERS 8

/**
 * A function that the host offers to policies: host.name(…).
 *
 * A file that uses a function which is not offered does not load, wherever in
 * it that is; so a set can be checked against what a host offers.
 *
 * call() is called from whichever thread asks a question, from several at
 * once, and perhaps twice for one question, which is asked once more where it
 * came near its memory limit: it must be thread-safe, and should answer the
 * same to the same arguments, or the same grant may be decided otherwise.  It
 * must return: no longjmp(), no exception of C++.  It must not ask the session
 * that is asking.
 *
 *   @args    nparameters of them, of their types or, past nrequired, GG_NIL;
 *            borrowed for the call
 *   @nargs   how many were given
 *   @result  GG_NIL with `room` set; its string is copied as soon as call()
 *            has returned, so it may be anything that no other thread touches
 *            till then, `room` for one
 *   @err     for a failure: a message for people, on one line; it becomes the
 *            question's error, GG_EPOLICY, with file and line
 *
 * Anything but GG_OK is a failure, and so is a result of another type, a
 * string that is no UTF-8 or over GG_RESULT_MAX_BYTES: the question ends in an
 * error.  The time it takes counts as the question's; where that is over, the
 * question ends in GG_ETIME once call() has returned.
 */
struct gg_function {
    const char *name; /* [a-z_][a-z0-9_]*, at most GG_FUNCTION_NAME_MAX */
    enum gg_type parameters[GG_FUNCTION_PARAMETERS];
    size_t nparameters;
    size_t nrequired;    /* of these; policies may leave out the others */
    enum gg_type result; /* GG_NIL, which it may always answer, or this */
    int64_t cost;        /* instructions that a call takes; 0: 1,000 */
    gg_status (*call)(const struct gg_value *args, size_t nargs,
                      struct gg_value *result, void *payload,
                      struct gg_error *err); /* NULL: only the name is known,
                                                and calling it fails: for
                                                looking at a set */
    void *payload;
};

struct gg_policies_options {
    int isolate_tenants;  /* 1: a broken file under tenants/ fails only the
                             grants that would have used it */
    size_t memory_bytes;  /* for loading; 0: 80 MiB */
    int64_t instructions; /* for loading one file; 0: 10,000,000 */
    int64_t time_ms;      /* for loading one file; 0: 10,000 */
    const struct gg_function *functions; /* that policies may call; copied but
                                            for what `payload` points to */
    size_t nfunctions; /* at most GG_FUNCTIONS_MAX; no name twice */
};

/**
 * Load the policy set in @folder: read, run, compile and check every file.
 *
 * @options  may be NULL.
 * @out      the caller owns one reference.
 *
 * Returns GG_OK; GG_EIO if the folder or a file cannot be read; GG_EPOLICY,
 * with file and line, if one does not load; GG_EINVAL, naming it, for a
 * function that does not fit; GG_ETOOLONG for more than 200,000 files; or
 * GG_ENOMEM.
 */
GG_API gg_status gg_policies_open(const char *folder,
                                  const struct gg_policies_options *options,
                                  gg_policies **out,
                                  struct gg_error *err) GG_NODISCARD;

/** One file of a policy set that is in memory. */
struct gg_policy_file {
    const char *path; /* in the set, with slashes: "tenants/acme.lua" */
    const char *text; /* borrowed for the call; need not end with a NUL */
    size_t len;       /* bytes of text, at most 64 KiB */
};

/**
 * Load a policy set as gg_policies_open() does, from the @n buffers @files, in
 * any order: for policies that are kept in a database, or sent by another
 * process.  The same files make the same set, with the same digest, as in a
 * folder.  Texts and paths are copied.
 *
 * A whole folder may be handed over: *_test.lua files, files that are not .lua
 * and those with a part that starts with a dot are passed over.
 *
 * @options  may be NULL.
 * @out      the caller owns one reference.
 *
 * Returns GG_OK; GG_EINVAL, naming the path, if one is not relative or has an
 * empty, "." or ".." part, or if two files of the set have the same;
 * GG_EPOLICY, with file and line, if a file does not load or has no place in a
 * set; GG_ETOOLONG for more than 200,000 files; or GG_ENOMEM.
 */
GG_API gg_status
gg_policies_open_memory(const struct gg_policy_file *files, size_t n,
                        const struct gg_policies_options *options,
                        gg_policies **out, struct gg_error *err) GG_NODISCARD;

/** Take a further reference; returns @policies. */
GG_API gg_policies *gg_policies_retain(gg_policies *policies);

/** Give a reference back.  NULL is a no-op. */
GG_API void gg_policies_free(gg_policies *policies);

/** SHA-256 of the sources, 64 hex digits.  Lives as long as @policies. */
GG_API const char *gg_policies_digest(const gg_policies *policies);

/** Whether a file or a mapping of tenants.lua names @tenant: 1 or 0. */
GG_API int gg_policies_has_tenant(const gg_policies *policies,
                                  const char *tenant);

/**
 * The broken files of a set opened with isolate_tenants: the message of
 * number @index, or NULL when there are no more.
 */
GG_API const char *gg_policies_broken(const gg_policies *policies,
                                      size_t index);

/**
 * One place in a policy set that answers: a rule, or what stands for a list
 * of rules, one function or one table of connect fields.
 */
struct gg_rule {
    size_t index;         /* its number in the set */
    const char *policy;   /* the file, e.g. "tenants/acme.lua" */
    const char *question; /* "connect", "evaluate", or one of these after
                             "mandate." */
    const char *name;     /* NULL: it is no rule { } */
    const char *where;    /* "tenants/acme.lua:12" */
};

/** Rule @index of the set, file by file, or NULL past the last.  Lives as long
 * as @policies. */
GG_API const struct gg_rule *gg_policies_rule(const gg_policies *policies,
                                              size_t index);

/* --- the policy set in force --- */

/**
 * The policy set that a host decides by at present, for hosts that take up new
 * policies while they run.  A gg_policies never changes; this is the one place
 * where one takes the place of another.  Any number of threads may share one,
 * and call each of these functions at any time.
 *
 * Sessions of gg_session_open_live() follow it: a question that is under way is
 * answered by the set it began with, each question that begins after a change
 * by the new one.  No answer mixes two sets.  What takes a gg_policies, such as
 * gg_session_open(), gg_policies_test() and a batch (gg_pipeline), keeps to
 * that set to its end: give it what gg_live_policies() returns.
 */
typedef struct gg_live gg_live;

/**
 * Put @first in force, of which a reference is kept.
 *
 * Returns GG_OK, GG_EINVAL if there is none, or GG_ENOMEM.
 */
GG_API gg_status gg_live_open(gg_policies *first, gg_live **out,
                              struct gg_error *err) GG_NODISCARD;

/**
 * Close @live, which nobody but its sessions uses any more: those keep what
 * they need of it and go on, so they may be closed before or after.  NULL is a
 * no-op.
 */
GG_API void gg_live_free(gg_live *live);

/** The set in force, with a reference that the caller gives back with
 * gg_policies_free(). */
GG_API gg_policies *gg_live_policies(gg_live *live);

/**
 * Put @next in force, of which a reference is kept, in the place of the set
 * before.  Cannot fail.  The set before is gone when the last session has moved
 * on: at its next question, or when it closes.
 */
GG_API void gg_live_replace(gg_live *live, gg_policies *next);

/**
 * Load the policy set in @folder and, if all of it loads, put it in force.
 * Until then, and when it does not load, the set before stays in force.
 *
 * Where neither files nor options changed (host functions are the same if their
 * `call` and `payload` are), nothing is loaded and the set in force stays, so
 * that sessions lose no Lua state they have ready: it costs little to call this
 * whenever something may have changed.  Of several calls at once one waits for
 * the other; the last of them to return has read the folder last.
 *
 * A folder is not read at one moment: whoever deploys writes a new folder
 * and renames it, or calls this when all is written.
 *
 * @options  may be NULL: the defaults, not those of the set before.
 *
 * Returns GG_OK; GG_EINVAL if an argument is missing; or as
 * gg_policies_open(), with file and line of what does not load.
 */
GG_API gg_status gg_live_reload(gg_live *live, const char *folder,
                                const struct gg_policies_options *options,
                                struct gg_error *err) GG_NODISCARD;

/* --- sessions --- */

/** A place to ask questions.  One thread at a time. */
typedef struct gg_session gg_session;

/** What one question may use.  Zero means the default. */
struct gg_limits {
    int64_t instructions; /* 1,000,000 */
    size_t memory_bytes;  /* 8 MiB above the loaded set */
    int64_t time_ms;      /* 1,000 */
};

/**
 * Receives what policies say with log().
 *
 * @where     "tenants/acme.lua:12"
 * @grant_id  the grant in question, or NULL
 * @text      at most 256 bytes; control characters are escaped
 */
typedef void (*gg_log_fn)(const char *where, const char *grant_id,
                          const char *text, void *payload);

struct gg_decision;

/**
 * Learns of a decision, for a log of them.  Called once for each, errors too,
 * just before it is returned, by the thread that asked; answers to
 * gg_session_connect() are not decisions.
 *
 * @decision  borrowed for the call; the session must not be asked meanwhile.
 */
typedef void (*gg_decision_fn)(const struct gg_decision *decision,
                               void *payload);

struct gg_session_options {
    struct gg_limits limits;
    struct gg_connect caller; /* what policies leave open: flags, settings */
    const char *api_url;      /* NULL: by region */
    gg_client *client;        /* for grantgate.fetch(); NULL: not allowed */
    int trace;                /* 1: decisions carry a trace, and
                                 gg_session_explanation() has one */
    gg_log_fn log;            /* NULL: log() is discarded */
    gg_decision_fn decided;   /* NULL: nobody keeps a log of decisions */
    void *payload;            /* for log and decided */
};

/**
 * Open a session on @policies, of which it keeps a reference.
 *
 * @options  may be NULL; its strings must outlive the session.
 */
GG_API gg_status gg_session_open(gg_policies *policies,
                                 const struct gg_session_options *options,
                                 gg_session **out,
                                 struct gg_error *err) GG_NODISCARD;

/**
 * Open a session that asks the set in force: at the start of each question it
 * takes the newest one, by which it answers that question to its end.  Looking
 * for it costs next to nothing; taking it costs what the first question of a
 * session does.  Keeps references to @live and to the set it has.
 *
 * Otherwise as gg_session_open().  A question may now also return GG_ENOMEM
 * because there was no memory to take the newest set; the next one tries again.
 */
GG_API gg_status gg_session_open_live(gg_live *live,
                                      const struct gg_session_options *options,
                                      gg_session **out,
                                      struct gg_error *err) GG_NODISCARD;

/**
 * The digest (see gg_policies_digest()) of the set that @session answered its
 * last question by; before the first, of the set it was opened on.  Tells which
 * set decided, and lives until the next question.
 */
GG_API const char *gg_session_digest(const gg_session *session);

/** Close a session.  NULL is a no-op. */
GG_API void gg_session_free(gg_session *session);

/**
 * End the question that @session is answering: it fails with GG_EINTERRUPTED,
 * which for gg_session_evaluate() is a decision with action GG_ERROR.  Policy
 * code ends at once, and waiting for grantgate.fetch() within 100 ms; what
 * is done in C and takes no time worth mentioning is finished, so a question
 * that was nearly answered still is.
 *
 * May be called from any thread and from a signal handler, and takes no lock.
 * The session must not be freed meanwhile.
 *
 * With no question under way it has no effect, not on the next one either.
 * That leaves a race which only the caller can rule out: a call that comes
 * as one question ends may find the next one under way, and end that.  What is
 * to stay stopped is stopped by not asking any more; for a client or a batch
 * see struct gg_stop, which lasts.
 */
GG_API void gg_session_interrupt(gg_session *session);

/** What the application knows of a grant and the API does not say. */
struct gg_facts {
    const char *tenant;
    const char *send_error; /* message of the last failed send */
    int64_t send_error_at;  /* 0: absent */
    int64_t sent_at;        /* time of the last good send; 0: absent */
    const char *context;    /* a JSON object, for policies */
};

/**
 * Decide about one grant.
 *
 * @json      a grant as the API gives it, or an envelope
 *            {"grant":{…},"tenant":…}; @len bytes.  What the envelope says
 *            wins over @facts.
 * @facts     may be NULL.
 * @now       Unix seconds; 0: the clock.
 * @decision  borrowed until the next question.
 *
 * Returns GG_OK also for input that is no grant and for policies that fail:
 * then the decision's action is GG_ERROR.  Returns GG_EINVAL if @json holds
 * several grants or facts that do not fit, or if @session is in the middle of
 * a question, whose callback this is; or GG_ENOMEM.
 */
GG_API gg_status gg_session_evaluate(gg_session *session, const char *json,
                                     size_t len, const struct gg_facts *facts,
                                     int64_t now,
                                     const struct gg_decision **decision,
                                     struct gg_error *err) GG_NODISCARD;

/**
 * A grant as data, for a host that has it apart.  Members mean what the API's
 * of the same name do; NULL, GG_UNSET and 0 are "absent".
 */
struct gg_grant {
    const char *id;       /* required: a decision says so if it is absent */
    const char *provider; /* likewise */
    const char *grant_status;
    const char *email;
    const char *state;
    const char *name;
    const char *workspace_id;
    const char *account_id;
    const char *credential_id;
    enum gg_choice blocked;
    const char *const *scope;
    int64_t created_at;
    int64_t updated_at;
    const char *settings; /* a JSON object */
};

/**
 * Decide about one grant that is data: the same as gg_session_evaluate() of
 * the JSON it stands for, by the same way.  What does not fit is likewise a
 * decision with action GG_ERROR: GG_EGRANT, naming the field, also for a text
 * that is no UTF-8; GG_EJSON for settings that are not JSON.
 *
 * Once a session has seen grants as big, this takes no new memory.
 */
GG_API gg_status gg_session_evaluate_grant(gg_session *session,
                                           const struct gg_grant *grant,
                                           const struct gg_facts *facts,
                                           int64_t now,
                                           const struct gg_decision **decision,
                                           struct gg_error *err) GG_NODISCARD;

/** The verdict on a grant; in decisions, the fields of these names. */
struct gg_verdict {
    enum gg_smtp smtp;
    unsigned missing; /* bits of gg_missing */
    enum gg_evidence evidence;
};

/**
 * Judge one grant, without policies and without a session.
 *
 * @json   as for gg_session_evaluate().
 * @facts  may be NULL; its context is not looked at.
 *
 * Returns GG_OK; the reason why @json is no grant (GG_EJSON, GG_EGRANT,
 * GG_EDUPLICATE, GG_EFETCH); GG_EINVAL if it holds none or several, or for
 * facts that do not fit; or GG_ENOMEM.
 */
GG_API gg_status gg_grant_judge(const char *json, size_t len,
                                const struct gg_facts *facts,
                                struct gg_verdict *verdict,
                                struct gg_error *err) GG_NODISCARD;

/** A sign-in about to happen. */
struct gg_connect_request {
    const char *tenant;
    const char *provider; /* NULL: the user picks; no provider layer asked */
    const char *email;
    const char *context;        /* a JSON object */
    const char *code_challenge; /* NULL: no PKCE */
};

/** The answer to a connect question; borrowed until the next question. */
struct gg_connect_answer {
    struct gg_connect connect; /* every field that is set */
    const char *auth_url;      /* NULL on error */
    const char *fields;        /* the set fields, as a JSON object */
    const char *from;          /* JSON: field to the layer that set it */
    gg_status error;           /* GG_OK, or why there is no URL */
    const char *error_message;
    const char *error_policy; /* the file that failed, if one did */
};

/**
 * Ask the policies for the hosted-auth URL of a sign-in.
 *
 * Returns GG_OK also for policies that fail and for requests that make no
 * URL (see gg_connect_answer.error); GG_EINVAL if the request does not fit,
 * or if @session is in the middle of a question; or GG_ENOMEM.
 */
GG_API gg_status gg_session_connect(gg_session *session,
                                    const struct gg_connect_request *request,
                                    int64_t now,
                                    const struct gg_connect_answer **answer,
                                    struct gg_error *err) GG_NODISCARD;

/** What came of asking a layer. */
enum gg_said {
    GG_SAID_ERROR, /* it failed; nothing further was asked */
    GG_SAID_NOTHING,
    GG_SAID_ANSWER
};

/** One layer that was asked. */
struct gg_step {
    const char *policy;   /* the file */
    const char *question; /* as in struct gg_rule */
    enum gg_said said;
    const struct gg_rule *rule; /* which answered or failed, or NULL */
    const char *answer;         /* JSON: an action, connect fields, "error" or
                                   null */
};

/** One connect field of a sign-in. */
struct gg_field {
    const char *name;   /* as policies write it */
    const char *value;  /* JSON */
    const char *origin; /* the file that set it, "caller" or "default" */
};

/** How a session came to its last answer. */
struct gg_explanation {
    const struct gg_step *steps; /* as they were asked */
    size_t nsteps;
    const struct gg_field *fields; /* of the URL; none where none was made */
    size_t nfields;
};

/**
 * Explain the last answer of @session, which must have been opened with
 * trace.  Lives until its next question.
 */
GG_API const struct gg_explanation *
gg_session_explanation(const gg_session *session);

/** Room for every gg_status there is, and for those to come. */
#define GG_STATUS_ROOM 32

/** What a session has done since it was opened. */
struct gg_session_stats {
    uint64_t questions;                /* evaluate and connect questions */
    uint64_t outcomes[GG_STATUS_ROOM]; /* of these, by gg_status: the `error`
                                          of the answer, or what was returned
                                          where there was none */
    uint64_t instructions; /* of policy code, as the limit counts them: in
                              hundreds, so a short function may count as 0;
                              what loads files is not among them */
    int64_t time_us;       /* wall time within questions, callbacks too */
};

/** Count what @session has done.  Counting costs two looks at the clock for a
 * question, and nothing in a batch. */
GG_API void gg_session_stats(const gg_session *session,
                             struct gg_session_stats *stats);

/**
 * Write @decision as the program's record: one JSON object, no newline.
 *
 * @record  the caller owns it.
 */
GG_API gg_status gg_decision_record(const struct gg_decision *decision,
                                    char **record,
                                    struct gg_error *err) GG_NODISCARD;

/* --- batch --- */

/** Facts by grant id; immutable and shared. */
typedef struct gg_facts_table gg_facts_table;

/**
 * Read bytes: at most @size into @bytes; returns how many, 0 at the end,
 * -1 on failure with @err filled.
 */
typedef long (*gg_read_fn)(void *payload, char *bytes, size_t size,
                           struct gg_error *err);

/** Take bytes; returns GG_OK, or a status that ends the run. */
typedef gg_status (*gg_write_fn)(void *payload, const char *bytes, size_t len,
                                 struct gg_error *err);

/** One input. */
struct gg_source {
    const char *name; /* for the record's `file` and for messages */
    int is_document;  /* 1: one JSON document; 0: NDJSON */
    gg_read_fn read;
    void *payload;
};

/**
 * Read facts, NDJSON of {"id","tenant","send_error","send_error_at",
 * "sent_at","context"}.  Memory grows with them.
 *
 * Returns GG_OK; GG_EINVAL with file and line if a line does not fit or an
 * id comes twice; GG_EIO; or GG_ENOMEM.
 */
GG_API gg_status gg_facts_table_read(const struct gg_source *source,
                                     gg_facts_table **out,
                                     struct gg_error *err) GG_NODISCARD;

GG_API void gg_facts_table_free(gg_facts_table *table);

/** Counts over a batch. */
typedef struct gg_tally gg_tally;

/** The counts of one provider or tenant.  `name` belongs to the tally. */
struct gg_tally_row {
    const char *name; /* "(none)" where the grant has none or could not be
                         read, "(other)" past the first 64 names */
    uint64_t actions[GG_ACTION_COUNT];
    uint64_t smtp[GG_SMTP_COUNT];
};

GG_API gg_status gg_tally_new(gg_tally **out,
                              struct gg_error *err) GG_NODISCARD;
GG_API void gg_tally_free(gg_tally *tally);

/**
 * Write @tally as text that gg_tally_load() reads.
 *
 * @text  the caller owns it.
 */
GG_API gg_status gg_tally_save(const gg_tally *tally, char **text,
                               struct gg_error *err) GG_NODISCARD;

/** Returns GG_OK, GG_EINVAL if @text is none that gg_tally_save() wrote, or
 * GG_ENOMEM. */
GG_API gg_status gg_tally_load(const char *text, gg_tally **out,
                               struct gg_error *err) GG_NODISCARD;

/** How many records have @action. */
GG_API uint64_t gg_tally_actions(const gg_tally *tally, enum gg_action action);

/** How many records have the error @status. */
GG_API uint64_t gg_tally_errors(const gg_tally *tally, gg_status status);

/** Provider @index, by name, or NULL past the last. */
GG_API const struct gg_tally_row *gg_tally_provider(const gg_tally *tally,
                                                    size_t index);

/** Tenant @index, likewise. */
GG_API const struct gg_tally_row *gg_tally_tenant(const gg_tally *tally,
                                                  size_t index);

/** Tenant @index that no policy file or mapping names, or NULL past the last.
 */
GG_API const char *gg_tally_stray_tenant(const gg_tally *tally, size_t index);

/** How many grants of stray tenants there were, listed or not. */
GG_API uint64_t gg_tally_stray_grants(const gg_tally *tally);

/** How many records lack a URL for @why, e.g. "no_client_id". */
GG_API uint64_t gg_tally_missing_url(const gg_tally *tally, const char *why);

/** A line of records that was read.  All of it is borrowed for the call. */
struct gg_record {
    const char *file; /* the name of the source */
    uint64_t line;
    const struct gg_decision *decision; /* NULL: it is no record; `data` and
                                           `trace` are not read */
    const char *problem;                /* one line: why it is none */
};

/** Take a record; returns GG_OK, or a status that ends the reading. */
typedef gg_status (*gg_record_fn)(const struct gg_record *record, void *payload,
                                  struct gg_error *err);

/**
 * Read records again, NDJSON as gg_pipeline_run() writes it, and hand each
 * line that is not blank to @take, in order, records or not.
 *
 * @stop  may be NULL.
 *
 * Returns GG_OK when each was handed out; GG_EINTERRUPTED when stopped; the
 * status of the source that failed; GG_ENOMEM; or what @take returned.
 */
GG_API gg_status gg_records_read(const struct gg_source *sources, size_t n,
                                 const struct gg_stop *stop, gg_record_fn take,
                                 void *payload,
                                 struct gg_error *err) GG_NODISCARD;

/** A place in the inputs: between two lines, or before a source. */
struct gg_position {
    size_t source;   /* index into the sources; their number: at the end */
    uint64_t offset; /* how many of its bytes are before */
    uint64_t lines;  /* and how many lines */
};

/** Learn that all before @reached is decided, counted and written; returns
 * GG_OK, or a status that ends the run. */
typedef gg_status (*gg_reached_fn)(void *payload,
                                   const struct gg_position *reached,
                                   struct gg_error *err);
/** One grant under two policy sets.  All of it is borrowed for the call. */
struct gg_pair {
    const char *file; /* as in records */
    uint64_t line;
    const struct gg_decision *before; /* by gg_pipeline.policies */
    const struct gg_decision *after;  /* by gg_pipeline.compare */
    const char *const *fields;        /* what differs: names of fields of the
                                         record, `policy`, `rule` and `mandate`
                                         not among them */
};

/** Take a pair; returns GG_OK, or a status that ends the run. */
typedef gg_status (*gg_pair_fn)(void *payload, const struct gg_pair *pair,
                                struct gg_error *err);

/** A batch: grants in, records out, in order. */
struct gg_pipeline {
    gg_policies *policies;
    struct gg_session_options session; /* log, decided: see below */
    const struct gg_source *sources;
    size_t nsources;
    int name_files;              /* 1: records carry `file` */
    const gg_facts_table *facts; /* may be NULL */
    const char *tenant;          /* for grants without one; may be NULL */
    const char *tenant_from;     /* "workspace_id" "state" "domain" "name" */
    int64_t now;                 /* 0: the clock, once for the run */
    unsigned jobs;               /* threads; 0: one */
    size_t max_line_bytes;       /* 0: 1 MiB */
    int line_buffered;           /* 1: write each record when it is its turn */
    gg_write_fn write;           /* called by one thread at a time, in order */
    void *write_payload;
    gg_reached_fn reached; /* likewise, after writes; may be NULL */
    void *reached_payload;
    struct gg_position
        start;            /* of reading: its source's read() goes on there */
    gg_policies *compare; /* NULL, or decide by these as well and hand
                             pairs to `pair`, not records to `write` */
    gg_pair_fn pair;      /* as write */
    void *pair_payload;
    struct gg_stop stop;
};

/**
 * Run a batch.  session.log and session.decided are called in input order, by
 * one thread at a time, before the records in question are written; `decided`
 * is not with `compare`, where `pair` has both decisions.
 *
 * @tally  adds to it, in input order, what is written; may be NULL, and may
 *         be read from `reached`.
 *
 * Returns GG_OK when every line has its records; GG_EINTERRUPTED when
 * stopped; or the status of the source or sink that failed.
 */
GG_API gg_status gg_pipeline_run(const struct gg_pipeline *pipeline,
                                 gg_tally *tally,
                                 struct gg_error *err) GG_NODISCARD;

/* --- looking at a policy set --- */

/** Something that is wrong with a policy set, or likely to be. */
struct gg_finding {
    const char *file; /* "tenants/acme.lua"; NULL: the set as a whole */
    int line;         /* 0 where there is no file */
    int is_error;     /* 1: the file does not load */
    const char *name; /* what it is, e.g. "unreachable-rule"; never changes */
    const char *message; /* one line: what is wrong, and what to do */
};

/** Its strings live until it returns. */
typedef void (*gg_finding_fn)(const struct gg_finding *finding, void *payload);

/**
 * Look at the policy set in @folder, its tests included, and report all that
 * does not load; or, if everything loads, all that is likely to be a mistake.
 * In the order of files and lines.
 *
 * @options  may be NULL; isolate_tenants is not used.
 *
 * Returns GG_OK when everything loads, whatever was found; GG_EPOLICY when
 * something does not; GG_EIO if the folder or a file cannot be read; GG_EINVAL
 * for a host function that does not fit; or GG_ENOMEM.  Takes time that grows
 * with tenants times rules in their chains.
 */
GG_API gg_status gg_policies_check(const char *folder,
                                   const struct gg_policies_options *options,
                                   gg_finding_fn report, void *payload,
                                   struct gg_error *err) GG_NODISCARD;
/** What gg_pipeline_explain() came to. */
struct gg_explained {
    const char *file; /* of the grant */
    uint64_t line;    /* 0: it was in a document */
    const struct gg_decision *decision;
    const struct gg_explanation *explanation;
};

/**
 * Decide about one grant of the sources as gg_pipeline_run() would, and
 * explain it.  What @pipeline says of trace, jobs and write does not matter.
 *
 * @grant_id   the first with this id; NULL: the only one there is.
 * @explained  called once, on success.
 *
 * Returns GG_OK; GG_EINVAL if there is no such grant, or if there are several
 * and @grant_id is NULL; GG_EINTERRUPTED; GG_EIO; or GG_ENOMEM.
 */
GG_API gg_status gg_pipeline_explain(
    const struct gg_pipeline *pipeline, const char *grant_id,
    void (*explained)(const struct gg_explained *explained, void *payload),
    void *payload, struct gg_error *err) GG_NODISCARD;

/* --- policy tests --- */

struct gg_test_options {
    const char *pattern; /* run only the cases whose "FILE: NAME" holds this
                            or, where it has a '*', matches it; NULL: all */
};

/** A field that a case expects.  The texts are JSON. */
struct gg_test_field {
    const char *name;
    const char *expected;
    const char *actual; /* NULL: the answer has no such field */
    int is_same;
};

/** The outcome of one case of a *_test.lua file. */
struct gg_test_result {
    const char *file; /* "tenants/acme_test.lua" */
    const char *name;
    int passed;
    const char *message;  /* on failure: what differs, or the error */
    const char *expected; /* JSON, where something differs */
    const char *actual;   /* JSON, where something differs */
    const struct gg_test_field *fields; /* the same, field by field */
    size_t nfields;
    const struct gg_explanation *explanation; /* of the answer */
};

typedef void (*gg_test_fn)(const struct gg_test_result *result, void *payload);

/**
 * Run every *_test.lua of the set in @folder against @policies and report
 * each case.
 *
 * @options  may be NULL.
 *
 * Returns GG_OK when all files ran, whatever the outcomes; GG_EPOLICY, with
 * file and line, when a test file does not load; GG_EIO; or GG_ENOMEM.
 */
GG_API gg_status gg_policies_test(gg_policies *policies, const char *folder,
                                  const struct gg_test_options *options,
                                  gg_test_fn report, void *payload,
                                  struct gg_error *err) GG_NODISCARD;

#ifdef __cplusplus
}
#endif

#endif
