# decide.jq - the whole job in jq: jq -n -c -f decide.jq FILE prints records.

def is_blank: type != "string" or test("^\\s*$");

def is_port:
  if type == "string" then test("^[0-9]{1,5}$") and (tonumber | . >= 1 and . <= 65535)
  else type == "number" and . == floor and . >= 1 and . <= 65535
  end;

def missing:
  . as $settings
  | [ ("imap_username", "imap_password"
       | select(. as $key | $settings | has($key) and (.[$key] | is_blank))),
      (if .smtp_host | is_blank then "smtp_host" else empty end),
      (if .smtp_port | is_port then empty else "smtp_port" end) ];

def judged($settings):
  if .provider as $p | ["google", "microsoft", "icloud", "yahoo", "ews"] | index($p)
  then { smtp: "not_applicable", evidence: "provider" }
  elif .provider == "imap"
    and any($settings | keys_unsorted[]; startswith("imap_") or startswith("smtp_"))
  then ($settings | missing) as $missing
    | if $missing == [] then { smtp: "complete", evidence: "settings" }
      else { smtp: "incomplete", missing: $missing, evidence: "settings" }
      end
  else { smtp: "unknown", evidence: "none" }
  end;

def reauth($reason):
  { action: "reauth", reason: $reason, notify: "owner",
    auth_url: ("https://api.us.nylas.com/v3/connect/auth?client_id=bench"
      + "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&response_type=code"
      + "&provider=" + .provider
      + (if .provider == "imap" then "&options=smtp_required" else "" end)
      + "&login_hint=" + (.email | @uri)) };

def decided($smtp; $settings):
  if .grant_status == "invalid" then reauth("grant_invalid")
  elif $smtp == "incomplete" then reauth("smtp_missing")
  elif $smtp == "unknown" then
    { action: "defer", reason: "smtp_unknown", after: 86400, due: 1785664800 }
  elif $settings.smtp_port == 25 then
    { action: "defer", reason: "port_25", notify: "operator" }
  else { action: "accept", reason: "can_send" }
  end;

foreach inputs as $grant (0; . + 1;
  . as $line
  | $grant
  | (.settings // {}) as $settings
  | judged($settings) as $verdict
  | { line: $line, grant_id: .id, provider, policy: "default.lua" }
    + $verdict + decided($verdict.smtp; $settings))
