/* SPDX-License-Identifier: MIT */
/*
 * host.cc - a host in C++17: handles in unique_ptr, no exception crosses C.
 *
 *     host_cc FOLDER TIME <grants.ndjson
 */
#include <grantgate.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace
{

struct release {
    void operator()(gg_policies *policies) const
    {
        gg_policies_free(policies);
    }
    void operator()(gg_session *session) const
    {
        gg_session_free(session);
    }
    void operator()(char *text) const
    {
        gg_free(text);
    }
};

template <class T> using owned = std::unique_ptr<T, release>;

void check(gg_status status, const gg_error &err)
{
    if (status != GG_OK)
        throw std::runtime_error(std::string(gg_status_token(status)) + ": " +
                                 err.message);
}

owned<gg_policies> open_policies(const char *folder)
{
    gg_policies *policies = nullptr;
    gg_error err{};

    check(gg_policies_open(folder, nullptr, &policies, &err), err);
    return owned<gg_policies>(policies);
}

owned<gg_session> open_session(gg_policies *policies)
{
    gg_session_options options{};
    gg_session *session = nullptr;
    gg_error err{};

    options.caller.client_id = "YOUR_CLIENT_ID";
    options.caller.redirect_uri = "https://example.com/callback";
    check(gg_session_open(policies, &options, &session, &err), err);
    return owned<gg_session>(session);
}

owned<char> record_of(gg_session *session, const std::string &grant,
                      int64_t now)
{
    const gg_decision *decision = nullptr;
    char *record = nullptr;
    gg_error err{};

    check(gg_session_evaluate(session, grant.data(), grant.size(), nullptr, now,
                              &decision, &err),
          err);
    check(gg_decision_record(decision, &record, &err), err);
    return owned<char>(record);
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc != 3)
        throw std::invalid_argument("usage: host_cc FOLDER TIME");

    const auto policies = open_policies(argv[1]);
    const auto session = open_session(policies.get());
    int64_t now = 0;
    gg_error err{};
    std::string grant;

    check(gg_time_parse(argv[2], &now, &err), err);
    while (std::getline(std::cin, grant))
        std::cout << record_of(session.get(), grant, now).get() << '\n';
    std::cout.flush();
    return std::cout ? 0 : 1;
} catch (const std::exception &failure) {
    std::cerr << "host_cc: " << failure.what() << '\n';
    return 1;
}
