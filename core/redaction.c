/* SPDX-License-Identifier: MIT */
/*
 * redaction.c - keeping secrets out of reach of policies.
 *
 * Passwords never enter Lua: what entered it cannot be kept from leaving, by
 * the byte if need be.  Under `settings`, where secrets live, only keys known
 * to be harmless keep their value, and a host only if it is one; elsewhere
 * only keys that sound like a secret lose it.  In doubt a value is hidden.
 */
#include "private.h"

#include <string.h>

#define KEY_MAX 128

static const char *const harmless[] = {
    "imap_host", "imap_port",     "imap_username", "imap_security",
    "smtp_host", "smtp_port",     "smtp_username", "smtp_security",
    "type",      "ews_host",      "ews_username",  "username",
    "email",     "email_address", "policy_id",     "credential_id",
    "host",      "name",          "provider",      "primary",
};

/* Those of them that name a host. */
static const char *const hosts[] = {"imap_host", "smtp_host", "ews_host",
                                    "host"};

/* Found anywhere in a key, once it is lower case without punctuation. */
static const char *const secretive[] = {
    "password",   "passwd",        "passphrase", "passcode",  "pwd",
    "secret",     "token",         "apikey",     "accesskey", "privatekey",
    "signingkey", "authorization", "credential", "cookie",    "bearer",
};

static int is_one_of(struct ggp_text key, const char *const *words,
                     size_t nwords)
{
    size_t i;

    for (i = 0; i < nwords; i++) {
        if (ggp_text_is(key, words[i]))
            return 1;
    }
    return 0;
}

static int is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Whether @text is a name or address, maybe with a port.  Anything else, such
 * as "imap://user:secret@host", may carry credentials. */
static int is_host(struct ggp_text text)
{
    size_t n = 0;

    while (n < text.len && is_host_char(text.at[n]))
        n++;
    if (n == 0 || n == text.len)
        return n > 0;
    return text.at[n] == ':' && ggp_is_port(text.at + n + 1, text.len - n - 1);
}

const char *ggp_setting_name(size_t index)
{
    return index < sizeof(harmless) / sizeof(harmless[0]) ? harmless[index]
                                                          : NULL;
}

int ggp_setting_is_shown(struct ggp_text key)
{
    return is_one_of(key, harmless, sizeof(harmless) / sizeof(harmless[0]));
}

/* Whether @shown, under @key, may be seen where secrets live. */
static int is_harmless(struct ggp_text key, const struct ggp_value *shown)
{
    if (!ggp_setting_is_shown(key))
        return 0;
    return shown->kind != GGP_TEXT ||
           !is_one_of(key, hosts, sizeof(hosts) / sizeof(hosts[0])) ||
           is_host(shown->text);
}

/*
 * @key in lower case, ASCII letters and digits and what is not ASCII only,
 * as a string in @plain.  Returns 0 if it is too long.
 */
static int normalise(struct ggp_text key, char plain[KEY_MAX + 1])
{
    size_t n = 0;
    size_t i;

    for (i = 0; i < key.len; i++) {
        char c = key.at[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((unsigned char)c < 0x80 && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9'))
            continue;
        if (n == KEY_MAX)
            return 0;
        plain[n++] = c;
    }
    plain[n] = '\0';
    return 1;
}

static int is_secretive(struct ggp_text key)
{
    char plain[KEY_MAX + 1];
    size_t i;

    if (!key.at)
        return 0;
    if (!normalise(key, plain))
        return 1;
    if (strcmp(plain, "credentialid") == 0)
        return 0; /* names a credential, holds none */
    for (i = 0; i < sizeof(secretive) / sizeof(secretive[0]); i++) {
        if (strstr(plain, secretive[i]))
            return 1;
    }
    return strcmp(plain, "pass") == 0 || strcmp(plain, "auth") == 0;
}

static int is_settings(struct ggp_text key)
{
    char plain[KEY_MAX + 1];

    return key.at && normalise(key, plain) && strcmp(plain, "settings") == 0;
}

static int is_hidden(enum ggp_redaction redaction, struct ggp_text key,
                     const struct ggp_value *shown)
{
    switch (redaction) {
    case GGP_SHOW:
        return 0;
    case GGP_RAW:
        return is_secretive(key);
    default:
        return !is_harmless(key, shown);
    }
}

struct ggp_value ggp_redacted(enum ggp_redaction redaction, yyjson_val *key,
                              yyjson_val *value)
{
    struct ggp_value shown = ggp_value_of(value);

    switch (shown.kind) {
    case GGP_NIL:
    case GGP_JSON_LIST:
    case GGP_JSON_OBJECT:
        return shown;
    case GGP_TEXT:
        if (ggp_is_blank(shown.text.at, shown.text.len))
            return shown;
        break;
    default:
        break;
    }
    if (is_hidden(redaction, ggp_text_of_json(key), &shown))
        return ggp_value_text("[redacted]");
    return shown;
}

enum ggp_redaction ggp_redaction_below(enum ggp_redaction redaction,
                                       yyjson_val *key)
{
    struct ggp_text name = ggp_text_of_json(key);

    /* What a secretive key holds is a secret in parts. */
    if (redaction == GGP_RAW && (is_settings(name) || is_secretive(name)))
        return GGP_SETTINGS;
    return redaction;
}
