#!/bin/sh
# No password, token or key of the input, nor one of the environment, is in
# anything the program writes, however hard a policy tries.
. "$srcdir/tests/tap.sh"
. "$srcdir/tests/cli/scene.sh"

# Every secret holds this.
mark=hunter2
NYLAS_API_KEY=nyk_$mark
export NYLAS_API_KEY

cat >grants.ndjson <<EOF
{"id":"settings","provider":"imap","settings":{"imap_host":"h","imap_password":"$mark","smtp_password":"$mark","password":"$mark","app_password":"$mark","refresh_token":"$mark","access_token":"$mark","api_key":"$mark","oauth":"$mark","Secret":"$mark","something":"$mark"}}
{"id":"outside","provider":"google","password":"$mark","token":"$mark","accessToken":"$mark","refresh_token":"$mark","api-key":"$mark","client_secret":"$mark","Authorization":"Bearer $mark","metadata":{"deep":{"private_key":"$mark","secrets":["$mark",{"a":"$mark"}]}}}
{"id":"nested","provider":"imap","settings":{"smtp":{"password":"$mark","list":["$mark",{"x":"$mark"}]},"imap_password":["$mark"],"smtp_password":{"a":"$mark"}}}
{"grant":{"id":"enveloped","provider":"imap","settings":{"smtp_host":"h","smtp_port":25,"smtp_password":"$mark"}},"tenant":"acme","send_error":"grant is missing imap"}
{"data":[{"id":"answered","provider":"yahoo","settings":{"refresh_token":"$mark"}}]}
{"id":"unfinished","provider":"imap","settings":{"imap_password":"$mark"
{"id":"trailing","provider":"imap","settings":{"imap_password":"$mark"}} $mark
{"id":"unquoted","provider":"imap","settings":{"imap_password":$mark}}
{"id":"twice","provider":"imap","settings":{"imap_password":"$mark"},"id":"two"}
{"id":"typed","provider":"imap","settings":"$mark"}
{"id":"typed","provider":"imap","blocked":"$mark"}
{"id":"typed","provider":"imap","created_at":"$mark"}
{"id":"typed","provider":"imap","scope":{"token":"$mark"}}
{"id":"$mark/","provider":"imap"}
{"id":"typed","provider":"$mark $mark"}
{"grant":{"id":"e","provider":"imap"},"tenant":"$mark!"}
{"grant":{"id":"e","provider":"imap"},"send_error":{"password":"$mark"}}
EOF

mkdir -p set/tenants
cp "$shipped/default.lua" set/tenants/acme.lua
policy default.lua <<'EOF'
-- Tell all there is, in every way there is.
local function tell(value, told)
  if type(value) == "table" then
    for key, member in pairs(value) do
      told[#told + 1] = tostring(key)
      tell(member, told)
    end
  else
    told[#told + 1] = tostring(value)
  end
  return told
end

local KEYS = {
  "imap_password", "smtp_password", "password", "app_password",
  "refresh_token", "access_token", "api_key", "oauth", "Secret", "something",
}

return {
  evaluate = function(grant)
    local told = tell(grant.raw, {})
    for _, key in ipairs(KEYS) do
      told[#told + 1] = tostring(grant.settings[key])
      log(key .. ": " .. tostring(grant.settings[key]))
    end
    local text = table.concat(told, " ")
    log(text)
    if grant.id == "nested" then
      error(text)
    end
    return defer {
      reason = "told",
      notify = text:sub(1, 256),
      data = { raw = grant.raw, told = told },
    }
  end,
}
EOF

keeps_secrets() {
    ! grep -nF "$mark" out err
}

# The input does hold them, and the policy does speak.
tries_hard() {
    decide --trace --summary -v grants.ndjson
    ends 4 && counts "" out 17 && counts '"action":"error"' out 13 &&
        records '"raw":{' && says "imap_password: [redacted]" &&
        records '"imap_password":"[redacted]"' && records '"[redacted]"'
}

in_batches() {
    decide --trace --summary -v "$@" grants.ndjson
    ends 4 && keeps_secrets
}

in_documents() {
    for line in 1 2 3 4 6 7 10; do
        sed -n "${line}p" grants.ndjson >input.json
        decide --trace -v input.json
        keeps_secrets || { echo "line $line"; return 1; }
    done
}

in_facts() {
    for facts in "{\"id\":\"a\",\"password\":7,\"x\":\"$mark\"}" \
        "{\"id\":\"a\",\"context\":\"$mark\"}" "\"$mark\"" "$mark" \
        "{\"id\":\"$mark/\"}" "{\"id\":\"a\",\"sent_at\":\"$mark\"}"; do
        echo "$facts" >facts.ndjson
        decide -v --facts facts.ndjson grants.ndjson
        ends 2 && keeps_secrets || { echo "facts: $facts"; return 1; }
    done
}

in_urls() {
    run url -v --json -p set --client-id x --redirect-uri https://a.example
    ends 0 && keeps_secrets || return 1
    run url -p set --client-id x --redirect-uri "https://u:$mark@a.example"
    ends 2 && keeps_secrets || return 1
    run url -p set --client-id x --redirect-uri https://a.example \
        --context "{\"password\":\"$mark\""
    ends 2 && keeps_secrets || return 1
    run url -p set --client-id x --redirect-uri https://a.example \
        --api-url "https://u:$mark@a.example"
    ends 2 && keeps_secrets
}

# An argument shows in the list of processes: there is no such flag.
in_usage() {
    for command in eval fetch url test; do
        run "$command" --api-key="$mark"
        ends 2 && keeps_secrets || return 1
        run "$command" --password="$mark"
        ends 2 && keeps_secrets || return 1
    done
}

in_tests() {
    policy default_test.lua <<EOF
return {
  { "fails", grant = { provider = "imap", settings = {
      imap_password = "$mark", smtp_host = "h" } },
    expect = { action = "accept" } },
}
EOF
    run test set
    ends 1 && records "not ok 1" && keeps_secrets
}

claim "the policy sees and tells all but secrets" tries_hard
claim "no secret is in records, log, trace or summary" in_batches -j 1
claim "nor with threads" in_batches -j 4
claim "nor when the grant is a document" in_documents
claim "nor in what is said of facts" in_facts
claim "nor in what is said of URLs" in_urls
claim "nor in what is said of wrong flags" in_usage
claim "nor in what is said of failed tests" in_tests
done_testing
