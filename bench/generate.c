/* SPDX-License-Identifier: MIT */
/*
 * generate.c - grants to measure with, one a line: generate COUNT.
 *
 * The same count always gives the same bytes.  Of ten grants six are Google's
 * and Microsoft's, with long lists of scopes, and four have settings; of those
 * of IMAP three in ten lack SMTP, each in one of several ways.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static uint64_t seed = 20260801;

/* splitmix64 */
static uint64_t draw(void)
{
    uint64_t x = seed += 0x9e3779b97f4a7c15u;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static unsigned below(unsigned n)
{
    return (unsigned)(draw() % n);
}

static const char *const names[] = {"ada",    "grace",   "linus",  "margaret",
                                    "donald", "barbara", "dennis", "frances"};

static const char *const google_scopes[] = {
    "https://www.googleapis.com/auth/gmail.modify",
    "https://www.googleapis.com/auth/gmail.send",
    "https://www.googleapis.com/auth/gmail.compose",
    "https://www.googleapis.com/auth/calendar",
    "https://www.googleapis.com/auth/calendar.events.readonly",
    "https://www.googleapis.com/auth/contacts",
    "https://www.googleapis.com/auth/contacts.other.readonly",
    "https://www.googleapis.com/auth/userinfo.email",
    "https://www.googleapis.com/auth/userinfo.profile",
};

static const char *const microsoft_scopes[] = {
    "https://graph.microsoft.com/Mail.ReadWrite",
    "https://graph.microsoft.com/Mail.Send",
    "https://graph.microsoft.com/Mail.ReadWrite.Shared",
    "https://graph.microsoft.com/Calendars.ReadWrite",
    "https://graph.microsoft.com/Calendars.ReadWrite.Shared",
    "https://graph.microsoft.com/Contacts.ReadWrite",
    "https://graph.microsoft.com/User.Read",
    "https://graph.microsoft.com/MailboxSettings.Read",
    "https://graph.microsoft.com/OnlineMeetings.ReadWrite",
};

/* What IMAP settings may say of SMTP where it is all there ... */
static const char *const smtp_complete[] = {
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":587",
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":465",
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":\"587\"",
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":25",
};

/* ... and where it is not. */
static const char *const smtp_incomplete[] = {
    "",
    ",\"smtp_host\":\"\",\"smtp_port\":0",
    ",\"smtp_host\":null,\"smtp_port\":null",
    ",\"smtp_host\":\"smtp.mail.example\"",
    ",\"smtp_host\":\"  \",\"smtp_port\":587",
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":\"\"",
    ",\"smtp_host\":\"smtp.mail.example\",\"smtp_port\":70000",
};

static void print_head(unsigned number, const char *provider)
{
    uint64_t id = draw();

    printf("{\"id\":\"%08x-%04x-4%03x-a%03x-%012llx\",\"provider\":\"%s\","
           "\"account_id\":\"acct-%u\",\"workspace_id\":\"team-%u\","
           "\"grant_status\":\"%s\",\"email\":\"%s%s%u@%s.example\"",
           number, (unsigned)(id & 0xffff), (unsigned)(id >> 16 & 0xfff),
           (unsigned)(id >> 28 & 0xfff),
           (unsigned long long)(draw() & 0xffffffffffff), provider,
           below(50000), below(400), below(25) == 0 ? "invalid" : "valid",
           names[below(COUNT_OF(names))], below(8) == 0 ? "+mail" : ".", number,
           provider);
}

static void print_tail(void)
{
    unsigned created = 1700000000 + below(80000000);

    printf(",\"ip\":\"192.0.2.%u\",\"state\":\"onboarding-%u\","
           "\"user_agent\":\"Mozilla/5.0 (X11; Linux x86_64) "
           "Chrome/126.0 "
           "Safari/537.36\",\"created_at\":%u,\"updated_at\":%u}\n",
           below(256), below(100000), created, created + below(5000000));
}

static void print_scopes(const char *const *scopes, size_t n)
{
    size_t i;

    printf(",\"scope\":[\"openid\",\"offline_access\"");
    for (i = 0; i < n; i++)
        if (below(10) != 0)
            printf(",\"%s\"", scopes[i]);
    printf("],\"provider_user_id\":\"%016llx\"", (unsigned long long)draw());
}

/* One in forty has none, as most answers of the API. */
static void print_imap_settings(unsigned number)
{
    unsigned kind = below(40);

    if (kind == 0)
        return;
    printf(",\"settings\":{\"imap_host\":\"imap.mail.example\","
           "\"imap_port\":993,\"imap_username\":\"user%u@mail.example\"%s,"
           "\"name\":\"Owner \\u00e9 of %u\",\"type\":\"imap\","
           "\"imap_security\":\"tls\",\"smtp_security\":\"starttls\","
           "\"note\":\"Entered by hand on the sign-in page; the server was "
           "found by its MX record.\"}",
           number,
           kind <= 12 ? smtp_incomplete[below(COUNT_OF(smtp_incomplete))]
                      : smtp_complete[below(COUNT_OF(smtp_complete))],
           number);
}

static void print_other_settings(unsigned number, const char *provider)
{
    printf(",\"settings\":{\"username\":\"user%u@%s.example\","
           "\"password\":\"\",\"server\":\"outlook.%s.example\","
           "\"type\":\"%s\",\"security\":\"tls\",\"note\":\"An app password; "
           "made by the owner.\"}",
           number, provider, provider, provider);
}

static void print_grant(unsigned number)
{
    static const char *const others[] = {"icloud", "yahoo", "ews"};
    unsigned kind = below(10);
    const char *provider = others[below(3)];

    if (kind < 3)
        provider = "google";
    else if (kind < 6)
        provider = "microsoft";
    else if (kind < 8)
        provider = "imap";
    print_head(number, provider);
    if (kind < 3)
        print_scopes(google_scopes, COUNT_OF(google_scopes));
    else if (kind < 6)
        print_scopes(microsoft_scopes, COUNT_OF(microsoft_scopes));
    else if (kind < 8)
        print_imap_settings(number);
    else
        print_other_settings(number, provider);
    print_tail();
}

int main(int argc, char **argv)
{
    unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long i;

    if (count == 0 || count > UINT32_MAX) {
        fprintf(stderr, "usage: generate COUNT\n");
        return 2;
    }
    for (i = 0; i < count; i++)
        print_grant((unsigned)i);
    return fflush(stdout) == 0 ? 0 : 2;
}
