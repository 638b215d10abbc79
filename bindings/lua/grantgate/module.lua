---@meta grantgate
--
-- What `require "grantgate"` gives a plain Lua program, for editors; policies
-- have what meta.lua says instead, and this file stands without it.  Nothing
-- loads it.  A test compares every name in it with what the module offers.

---@class grantgate.module
---@field _VERSION string The version of the library, e.g. "1.0.0".
local grantgate = {}

--- Why something failed: `code` never changes, `message` is one line.
---@class grantgate.Error
---@field code string
---@field message string
---@field status? integer HTTP, where the API answered.

--- Unix seconds, or text such as "2026-08-01T10:00:00Z".
---@alias grantgate.Time integer|string

--- What can be said about a sign-in.
---@class (exact) grantgate.SignInFields
---@field smtp_required? boolean Ask for SMTP settings.
---@field region? "us"|"eu" Together with the client_id of that region.
---@field client_id? string The application.
---@field redirect_uri? string https, or http to this machine.
---@field login_hint? string An e-mail address.
---@field state? string At most 256 characters.
---@field scope? string[] IMAP has none.
---@field prompt? string "select_provider", "detect", or both with a comma.
---@field access_type? "online"|"offline"
---@field credential_id? string
---@field include_grant_scopes? boolean
---@field options? string[] Further values of the URL's options.

-- --- URLs -------------------------------------------------------------------

---@class (exact) grantgate.AuthOptions: grantgate.SignInFields
---@field provider? string Left out, the hosted page lets the user pick.
---@field api_url? string Replaces https://api.<region>.nylas.com.
---@field code_challenge? string From pkce().

--- The URL that a browser visits to create or renew a grant; or nil and an
--- error.
---@param options grantgate.AuthOptions
---@return string? url
---@return grantgate.Error? err
function grantgate.auth_url(options) end

--- A fresh PKCE pair; or nil and an error.
---@return { verifier: string, challenge: string }? pair
---@return grantgate.Error? err
function grantgate.pkce() end

--- The challenge of a verifier, as Nylas computes it; or nil and an error.
---@param verifier string
---@return string? challenge
---@return grantgate.Error? err
function grantgate.pkce_challenge(verifier) end

-- --- fetching ---------------------------------------------------------------

---@class (exact) grantgate.ClientOptions
---@field api_key string
---@field region? "us"|"eu"
---@field api_url? string
---@field ca_file? string PEM; trusted instead of the system's.
---@field proxy? string
---@field no_proxy? string Hosts, with commas.
---@field parallel? integer
---@field rate? integer Requests a second.
---@field retries? integer
---@field backoff_ms? integer
---@field connect_time_ms? integer
---@field time_ms? integer
---@field max_body_bytes? integer

---@class (exact) grantgate.Query
---@field provider? string
---@field grant_status? "valid"|"invalid"
---@field email? string
---@field workspace_id? string
---@field since? grantgate.Time
---@field before? grantgate.Time

---@class grantgate.Client
local Client = {}

--- A client of Nylas' grants API; or nil and an error.
---@param options grantgate.ClientOptions
---@return grantgate.Client? client
---@return grantgate.Error? err
function grantgate.client(options) end

--- One grant, as the API gives it; or nil and an error.
---@param id string
---@return table? grant
---@return grantgate.Error? err
function Client:get(id) end

--- An iterator over all grants that match, the oldest first.
---@param query? grantgate.Query
---@return (fun(): table?, grantgate.Error?)? following
function Client:grants(query) end

function Client:close() end

-- --- policies ---------------------------------------------------------------

--- What one question, or the loading of one file, may use.
---@class (exact) grantgate.Limits
---@field instructions? integer
---@field memory_bytes? integer
---@field time_ms? integer

---@class (exact) grantgate.PoliciesOptions
---@field folder? string this, or files
---@field files? table<string, string> the texts by their paths in the set
---@field isolate_tenants? boolean A broken file fails only its own grants.
---@field limits? grantgate.Limits

---@class grantgate.RuleInfo
---@field policy string The file: "tenants/acme.lua".
---@field question "connect"|"evaluate"|"mandate.connect"|"mandate.evaluate"
---@field name? string
---@field where string "tenants/acme.lua:12"

---@class grantgate.TestResult
---@field file string
---@field name string
---@field passed boolean
---@field message? string
---@field expected? string JSON
---@field actual? string JSON

---@class grantgate.Finding
---@field file? string
---@field line? integer
---@field is_error boolean The file does not load.
---@field name string A word that never changes.
---@field message string

---@class grantgate.Policies
local Policies = {}

--- Load a policy set; or nil and an error.
---@param folder string|grantgate.PoliciesOptions
---@return grantgate.Policies? set
---@return grantgate.Error? err
function grantgate.policies(folder) end

--- What is wrong with a policy folder, or likely to be, and whether it loads.
---@param folder string
---@return grantgate.Finding[]? findings
---@return boolean|grantgate.Error loads
function grantgate.check(folder) end

--- The messages of the broken files that isolate_tenants left out.
---@return string[]
function Policies:broken() end

function Policies:close() end

--- The SHA-256 of the files, 64 hex digits.
---@return string
function Policies:digest() end

--- Whether a file or a mapping names the tenant.
---@param name string
---@return boolean
function Policies:has_tenant(name) end

---@return grantgate.RuleInfo[]
function Policies:rules() end

---@param options? grantgate.SessionOptions
---@return grantgate.Session? session
---@return grantgate.Error? err
function Policies:session(options) end

--- Run the *_test.lua files.
---@param options? { pattern: string? }
---@return grantgate.TestResult[]? results
---@return grantgate.Error? err
function Policies:test(options) end

-- --- sessions ---------------------------------------------------------------

---@class (exact) grantgate.SessionOptions: grantgate.SignInFields
---@field api_url? string
---@field client? grantgate.Client Lets policies call grantgate.fetch().
---@field limits? grantgate.Limits
---@field log? fun(where: string, grant_id: string?, text: string)
---@field trace? boolean Decisions carry a trace.

---@class (exact) grantgate.EvaluateOptions
---@field tenant? string
---@field send_error? string The message of the last send that failed.
---@field send_error_at? grantgate.Time
---@field sent_at? grantgate.Time Of the last send that went well.
---@field context? table|string An object for policies, or its JSON.
---@field now? grantgate.Time Left out, the clock.

--- A decision: the fields of the record.
---@class grantgate.DecisionTable
---@field grant_id? string
---@field tenant? string
---@field provider? string
---@field action "accept"|"reauth"|"repair"|"defer"|"reject"|"error"
---@field reason? string
---@field policy? string The file: "tenants/acme.lua".
---@field rule? string
---@field mandate? true
---@field smtp? "complete"|"incomplete"|"unknown"|"not_applicable"
---@field missing? string[]
---@field evidence? string
---@field auth_url? string
---@field auth_url_missing? string Why a reauth has no URL.
---@field notify? string
---@field after? integer Seconds.
---@field due? integer Unix seconds.
---@field smtp_host? string
---@field smtp_port? integer
---@field smtp_username? string
---@field data? table What the policy passed on.
---@field error? { code: string, message: string }
---@field trace? table[] Each layer that was asked.

---@class (exact) grantgate.SignIn
---@field tenant? string
---@field provider? string Left out, the user picks.
---@field email? string
---@field context? table|string
---@field code_challenge? string
---@field now? grantgate.Time

---@class grantgate.SignInAnswer
---@field auth_url? string nil where there is an error.
---@field tenant? string
---@field provider? string
---@field fields? grantgate.SignInFields
---@field from? table<string, string> For each field who set it.
---@field error? { code: string, message: string, policy: string? }

---@class grantgate.Session
local Session = {}

--- A place to ask questions; or nil and an error.
---@param set grantgate.Policies
---@param options? grantgate.SessionOptions
---@return grantgate.Session? session
---@return grantgate.Error? err
function grantgate.session(set, options) end

function Session:close() end

--- The hosted-auth URL of a sign-in, under policy.
---@param request grantgate.SignIn
---@return grantgate.SignInAnswer? answer
---@return grantgate.Error? err
function Session:connect(request) end

--- Decide about one grant: JSON, or the table that a JSON library made of it.
---@param grant string|table
---@param options? grantgate.EvaluateOptions
---@return grantgate.DecisionTable? decision
---@return grantgate.Error? err
function Session:evaluate(grant, options) end

--- The record of the last decision, one line.
---@return string?
function Session:record() end

return grantgate
