#!/bin/sh
# grantgate url: the link, what the flags add to it, and what is refused.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

start="https://api.us.nylas.com/v3/connect/auth?client_id=YOUR_CLIENT_ID"
start="$start&redirect_uri=https%3A%2F%2Fexample.com%2Fcb&response_type=code"

url() {
    run url -p "$shipped" --client-id YOUR_CLIENT_ID \
        --redirect-uri https://example.com/cb "$@"
}

# As Nylas' support article prints it, with the redirect URI filled in.
is_the_articles() {
    url --provider imap --region "$1"
    ends 0 && is_empty err && prints "https://api.$1.nylas.com/v3/connect/\
auth?client_id=YOUR_CLIENT_ID&redirect_uri=https%3A%2F%2Fexample.com%2Fcb\
&response_type=code&provider=imap&options=smtp_required"
}

# adds TAIL FLAG...: on google, where policy has no opinion.
adds() {
    tail=$1
    shift
    url --provider google "$@"
    ends 0 && is_empty err && prints "$start&provider=google$tail"
}

refuses() {
    message=$1
    shift
    url "$@"
    ends 2 && is_empty out && says "$message"
}

without_a_provider() {
    url
    ends 0 && is_empty err && prints "$start"
}

all_in_order() {
    adds "&options=smtp_required%2Cx%2Cy_2&access_type=offline&scope=a%20b%20\
c&prompt=detect&state=s%20%26%C3%A9&login_hint=a%2Bb%40example.com\
&include_grant_scopes=true&credential_id=cred-1" \
        --credential-id cred-1 --include-grant-scopes \
        --login-hint a+b@example.com --state 's &é' --prompt detect \
        --scope 'a b,c' --access-type offline --option x --option y_2 \
        --smtp-required
}

claim "prints the article's URL for the US" is_the_articles us
claim "prints the article's URL for the EU" is_the_articles eu
claim "leaves smtp_required out for google" adds ""
claim "names no provider where none is given" without_a_provider

claim "--smtp-required adds the option" adds "&options=smtp_required" \
    --smtp-required
claim "--no-smtp-required adds nothing" adds "" --no-smtp-required
claim "--option adds its value" adds "&options=exclude_google_granted_scopes" \
    --option exclude_google_granted_scopes
claim "--access-type adds its parameter" adds "&access_type=online" \
    --access-type online
claim "--scope takes spaces, commas and repeats" adds "&scope=a%20b%20c%20d" \
    --scope a,b --scope 'c d'
claim "--prompt adds its parameter" adds "&prompt=select_provider%2Cdetect" \
    --prompt select_provider,detect
claim "--state adds its parameter" adds "&state=x~y.z_-%2F" --state x~y.z_-/
claim "--state takes 256 characters" adds "&state=$(printf %0256d 7)" \
    --state "$(printf %0256d 7)"
claim "--login-hint adds its parameter" adds "&login_hint=o%40mail.example" \
    --login-hint o@mail.example
claim "--include-grant-scopes adds its parameter" adds \
    "&include_grant_scopes=true" --include-grant-scopes
claim "--no-include-grant-scopes adds its parameter" adds \
    "&include_grant_scopes=false" --no-include-grant-scopes
claim "--credential-id adds its parameter" adds "&credential_id=cred" \
    --credential-id cred
claim "all flags, in the contract's order" all_in_order
claim "--email and --context add nothing by themselves" adds "" \
    --email o@mail.example --context '{"plan":"pro"}'

# --- what is refused: exit status 2, a message, nothing printed --------------

claim "refuses to work without a client id" refused \
    "no client id: give --client-id ID or set GRANTGATE_CLIENT_ID" \
    url -p "$shipped" --redirect-uri https://example.com/cb
claim "refuses to work without a redirect URI" refused \
    "no redirect URI: give --redirect-uri URI or set GRANTGATE_REDIRECT_URI" \
    url -p "$shipped" --client-id x

refuses_redirect_uris() {
    for uri in http://example.com/cb ftp://example.com example.com/cb '' \
        http://localhost.example.com/cb http://127.0.0.1.example.com/ \
        'https://exam ple.com' 'https://u:p@example.com/' \
        'https://example.com/#x' 'javascript:alert(1)' https://; do
        refused "redirect_uri must be" url -p "$shipped" --client-id x \
            --redirect-uri "$uri" || { echo "redirect URI: $uri"; return 1; }
    done
}

takes_redirect_uris() {
    for uri in http://localhost/cb http://localhost:8080/cb \
        http://127.0.0.1:1/ https://example.com:8443/cb?a=b; do
        run url -p "$shipped" --client-id x --redirect-uri "$uri"
        ends 0 || { echo "redirect URI: $uri"; return 1; }
    done
}

refuses_api_urls() {
    for api in http://example.com ftp://localhost nylas.com '' \
        http://localhost.example.com 'https://example.com/?a=b'; do
        refuses "api_url must be" --api-url "$api" ||
            { echo "API URL: $api"; return 1; }
    done
}

refuses_providers() {
    for provider in Imap 'a b' '' imap/ ../imap "$(printf %033d 1)"; do
        refuses "provider" --provider "$provider" ||
            { echo "provider: $provider"; return 1; }
    done
}

claim "refuses redirect URIs that Nylas refuses" refuses_redirect_uris
claim "takes https and this machine as redirect URI" takes_redirect_uris
claim "refuses API URLs that are neither https nor loopback" refuses_api_urls
claim "refuses what is no provider" refuses_providers
claim "refuses a third region" refuses 'region must be "us" or "eu"' \
    --region fr
claim "refuses an empty client id" refuses "client_id must be" --client-id ''
claim "refuses a client id with a space" refuses "client_id must be" \
    --client-id 'a b'
claim "refuses a state of 257 characters" refuses "state must be" \
    --state "$(printf %0257d 7)"
claim "refuses a state with a line break" refuses "state must be" \
    --state "$(printf 'a\nb')"
claim "refuses a state that is not UTF-8" refuses "state must be" \
    --state "$(printf 'a\377b')"
claim "refuses a login hint with a space" refuses "login_hint must be" \
    --login-hint 'a b@mail.example'
claim "refuses an empty login hint" refuses "login_hint must be" \
    --login-hint ''
claim "refuses another prompt" refuses "prompt must be" --prompt none
claim "refuses another access type" refuses "access_type must be" \
    --access-type always
claim "refuses an empty credential id" refuses "credential_id must be" \
    --credential-id ''
claim "refuses --scope without a scope" refuses "names no scope" --scope ' , '
claim "refuses an option with a comma" refuses "options must be" --option a,b
claim "refuses smtp_required as --option" refuses "options must be" \
    --option smtp_required
claim "refuses a context that is no JSON" refuses "the context" --context nope
claim "refuses a context that is no object" refuses \
    "the context must be a JSON object" --context '[]'
claim "refuses a tenant that can have no policy" refuses \
    "'../x' is no tenant name" -t ../x
claim "refuses a tenant whose file would be a test" refuses \
    "'load_test' is no tenant name" -t load_test
claim "refuses a tenant that no policy knows" refuses \
    "no policy knows tenant 'nobody'" -t nobody
claim "refuses a word too many" refuses "'imap' is one word too many" imap
claim "refuses --pkce without --json" refuses "--pkce needs --json" --pkce

# --- what else decides -------------------------------------------------------

takes_the_environment() {
    GRANTGATE_CLIENT_ID=from-env GRANTGATE_REGION=eu \
        GRANTGATE_REDIRECT_URI=https://env.example/ \
        run url -p "$shipped" --provider google
    ends 0 && is_empty err && prints "https://api.eu.nylas.com/v3/connect/\
auth?client_id=from-env&redirect_uri=https%3A%2F%2Fenv.example%2F\
&response_type=code&provider=google"
}

prefers_flags() {
    GRANTGATE_CLIENT_ID=from-env GRANTGATE_REGION=eu \
        GRANTGATE_REDIRECT_URI=https://env.example/ \
        GRANTGATE_API_URL=https://env.example \
        url --region us --api-url https://proxy.example/v --provider google
    ends 0 && is_empty err && prints "https://proxy.example/v${start#*com}\
&provider=google"
}

ignores_empty_variables() {
    GRANTGATE_REGION='' GRANTGATE_API_URL='' adds ""
}

names_the_variable() {
    GRANTGATE_REGION=fr url
    ends 2 && is_empty out && says "(from GRANTGATE_REGION)"
}

replaces_the_host() {
    url --provider google --region eu --api-url http://127.0.0.1:8080
    ends 0 && prints "http://127.0.0.1:8080${start#*com}&provider=google"
}

names_what_a_layer_replaced() {
    url -t acme-eu --provider imap --region us --no-smtp-required
    ends 0 && says "--region us was replaced by tenants/acme-eu.lua" &&
        says "--client-id was replaced by tenants/acme-eu.lua" &&
        says "--redirect-uri was replaced by tenants/acme-eu.lua" &&
        says "--no-smtp-required was replaced by providers/imap.lua" &&
        records "client_id=ACME_EU_CLIENT_ID" &&
        records "options=smtp_required"
}

is_quiet_about_it() {
    url -q -t acme-eu --provider imap --region us --no-smtp-required
    ends 0 && is_empty err
}

claim "takes the application from the environment" takes_the_environment
claim "a flag wins over the environment" prefers_flags
claim "an empty variable counts as unset" ignores_empty_variables
claim "a refused variable is named" names_the_variable
claim "--api-url replaces the host, whatever the region" replaces_the_host
claim "names each flag that a layer replaced" names_what_a_layer_replaced
claim "-q keeps that to itself" is_quiet_about_it

answers_json() {
    url -t acme --provider imap --json --state x
    ends 0 && reads '
        local answer = json.decode(out)
        assert(answer.auth_url:find("state=x", 1, true))
        assert(answer.tenant == "acme" and answer.provider == "imap")
        assert(answer.fields.smtp_required == true)
        assert(answer.fields.redirect_uri == "https://acme.example/connected")
        assert(answer.fields.state == "x")
        assert(answer.from.smtp_required == "providers/imap.lua")
        assert(answer.from.redirect_uri == "tenants/acme.lua")
        assert(answer.from.client_id == "caller")
        assert(answer.from.state == "caller")
        assert(answer.from.region == "default")
        for field in pairs(answer.fields) do
          assert(answer.from[field], field)
        end
        assert(answer.code_verifier == nil and answer.error == nil)'
}

answers_json_without_a_url() {
    run url -p "$shipped" --json
    ends 2 && says "no client id" && reads '
        local answer = json.decode(out)
        assert(answer.auth_url == nil)
        assert(answer.error.code == "invalid_argument")
        assert(answer.error.message:find("client_id", 1, true))'
}

# base64 without padding, of the hex of the SHA-256.
challenges_as_nylas_does() {
    url --provider imap --pkce --json
    ends 0 || return 1
    verifier=$(sed 's/.*"code_verifier":"\([^"]*\)".*/\1/' out)
    challenge=$(printf %s "$verifier" | sha256sum | cut -c 1-64 |
        tr -d '\n' | base64 | tr -d '=\n')
    [ "${#verifier}" -eq 64 ] && [ "${#challenge}" -eq 86 ] &&
        records "&code_challenge=$challenge&code_challenge_method=S256\""
}

never_repeats_a_verifier() {
    url --pkce --json
    cp out first
    url --pkce --json
    ends 0 && ! cmp -s first out
}

claim_lua "--json tells each field and who set it" answers_json
claim_lua "--json tells why there is no URL" answers_json_without_a_url
if command -v sha256sum >/dev/null && command -v base64 >/dev/null; then
    claim "--pkce challenges as Nylas computes it" challenges_as_nylas_does
else
    skip "--pkce challenges as Nylas computes it" "no sha256sum or base64"
fi
claim "--pkce never repeats a verifier" never_repeats_a_verifier

# --- policies that fail ------------------------------------------------------

# fails MESSAGE POLICY: exit status 4, and no URL, in JSON neither.
fails() {
    message=$1
    printf '%s\n' "$2" | policy default.lua
    for json in "" --json; do
        # shellcheck disable=SC2086 # no flag, where it is empty
        run url -p set --client-id x --redirect-uri https://a.example $json
        ends 4 && says "$message" && ! grep -F 'https://api' out || return 1
        ! grep -F 'was replaced' err || return 1 # nobody replaced anything
        [ -n "$json" ] || is_empty out || return 1
    done
}

claim "a policy that raises prints no URL" fails "default.lua:1: boom" \
    'return { connect = function() error("boom") end }'
claim "a policy that answers junk prints no URL" fails "default.lua" \
    'return { connect = function() return 7 end }'
claim "a misspelt field in an answer prints no URL" fails "smtp_requierd" \
    'return { connect = function() return { smtp_requierd = true } end }'
claim "a misspelt field of the request prints no URL" fails "emial" \
    'return { connect = function(request) return request.emial end }'
claim "a region without its client_id prints no URL" fails \
    'default.lua: sets region "eu" without the client_id' \
    'return { connect = { region = "eu" } }'
claim "an endless policy prints no URL" fails "ran longer than" \
    'return { connect = function() while true do end end }'
claim "a redirect URI that Nylas refuses prints no URL" fails \
    "redirect_uri must be" \
    'return { connect = function() return { redirect_uri = "http://x" } end }'
done_testing
