---@meta grantgate.policy
--
-- What policy code has, for editors: the annotations that lua-language-server
-- reads.  Nothing loads this file.  A test compares every name in it with
-- what the sandbox offers, so it can be relied on.  library.lua, beside it,
-- has what of Lua's own functions there is.
--
--   ---@type grantgate.Policy
--   local policy = { about = "…" }
--   return policy

-- --- a policy file ----------------------------------------------------------

--- What a policy file returns.
---@class (exact) grantgate.Policy
---@field about? string A sentence for people.
---@field inherits? string The name of a tenant; only in tenants/<tenant>.lua.
---@field connect? grantgate.ConnectAnswer Which sign-in link people get.
---@field evaluate? grantgate.EvaluateAnswer What happens to a grant.
---@field mandate? grantgate.Mandate What no more specific layer may override.

---@class (exact) grantgate.Mandate
---@field connect? grantgate.ConnectAnswer
---@field evaluate? grantgate.EvaluateAnswer

---@alias grantgate.EvaluateAnswer grantgate.Rule[]|fun(grant: grantgate.Grant): grantgate.Decision?
---@alias grantgate.ConnectAnswer grantgate.Rule[]|grantgate.Connect|fun(request: grantgate.Request): grantgate.Connect?

--- One rule, as written: rule { "name", when = …, answer }.
---@class (exact) grantgate.RuleFields
---@field [1] string Lower-case letters, digits and '-'; once in a file.
---@field [2] grantgate.Decision|grantgate.Connect|fun(subject: any): grantgate.Decision|grantgate.Connect|nil
---@field when "always"|grantgate.GrantCondition|grantgate.RequestCondition|fun(subject: any): any

--- What rule { } makes.
---@class grantgate.Rule

---@param fields grantgate.RuleFields
---@return grantgate.Rule
function rule(fields) end

-- --- decisions --------------------------------------------------------------

--- What accept, reauth, repair, defer and reject make.  Nothing else is one.
---@class grantgate.Decision

---@class (exact) grantgate.Answer
---@field reason string A word for programs: [a-z0-9_]+.
---@field notify? string Whom to tell, in words of your own.
---@field data? table Whatever JSON can hold; carried through.

---@class (exact) grantgate.ReauthAnswer: grantgate.Answer, grantgate.Connect

---@class (exact) grantgate.RepairAnswer: grantgate.Answer
---@field smtp_host string
---@field smtp_port integer From 1 to 65535.
---@field smtp_username? string

---@class (exact) grantgate.DeferAnswer: grantgate.Answer
---@field after? string|integer "90s" "15m" "2h" "7d", or seconds.

--- There is nothing to do.
---@param answer string|grantgate.Answer
---@return grantgate.Decision
function accept(answer) end

--- Send the owner the sign-in link.
---@param answer string|grantgate.ReauthAnswer
---@return grantgate.Decision
function reauth(answer) end

--- Send all settings again, with these; without the password, as reauth.
---@param answer grantgate.RepairAnswer
---@return grantgate.Decision
function repair(answer) end

--- Ask again later.
---@param answer string|grantgate.DeferAnswer
---@return grantgate.Decision
function defer(answer) end

--- Do not use it for this tenant; never delete it.
---@param answer string|grantgate.Answer
---@return grantgate.Decision
function reject(answer) end

-- --- connect ----------------------------------------------------------------

--- What can be said about a sign-in.
---@class (exact) grantgate.Connect
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

--- The sign-in that a connect function is asked about.
---@class (exact) grantgate.Request
---@field tenant? string
---@field provider? string nil where the hosted page lets the user pick.
---@field email? string
---@field domain? string Lower-case part of the address after the last '@'.
---@field context table<string, any> What the application says.
---@field purpose "signin"|"reauth"
---@field grant_id? string

--- `when` in the rules of connect.  A field that is not there matches nothing.
---@class grantgate.RequestCondition
---@field tenant? string|string[]
---@field provider? string|string[]
---@field email? string|string[]
---@field domain? string|string[]
---@field purpose? "signin"|"reauth"|string[]
---@field grant_id? string|string[]
---@field [string] grantgate.Value|grantgate.Value[] A key of context: ["context.plan"].

-- --- a grant ----------------------------------------------------------------

---@alias grantgate.Smtp "complete"|"incomplete"|"unknown"|"not_applicable"
---@alias grantgate.Missing "imap_username"|"imap_password"|"smtp_host"|"smtp_port"
---@alias grantgate.Evidence "provider"|"send_error"|"settings"|"sent"|"none"
---@alias grantgate.Provider "imap"|"google"|"microsoft"|"icloud"|"yahoo"|"ews"|"zoom"|"virtual-calendar"|"nylas"|"inbox"
---@alias grantgate.Value string|number|boolean
---@alias grantgate.Number number|string A number, or "<1h" ">=7d" "<=10".

--- What an evaluate function is asked about.  Read-only; any other field is an
--- error.
---@class (exact) grantgate.Grant
---@field id string
---@field provider grantgate.Provider
---@field grant_status? string "valid" or "invalid".
---@field email? string
---@field state? string
---@field name? string
---@field workspace_id? string
---@field account_id? string
---@field credential_id? string
---@field domain? string Lower-case part of email after the last '@'.
---@field blocked boolean
---@field scope string[]
---@field created_at? integer Unix seconds.
---@field updated_at? integer Unix seconds.
---@field age? integer Seconds since created_at.
---@field settings grantgate.Settings
---@field tenant? string
---@field send_error? string What the last failed send said.
---@field send_error_at? integer Unix seconds.
---@field sent_at? integer Unix seconds of the last good send.
---@field context table<string, any> What the application says.
---@field smtp grantgate.Smtp Whether it can send: the verdict.
---@field missing grantgate.Missing[]
---@field evidence grantgate.Evidence What the verdict rests on.
---@field raw table<string, any> The whole object, secrets redacted.

--- The settings that are shown.  Any other that is there reads "[redacted]".
---@class grantgate.Settings
---@field imap_host? string
---@field imap_port? integer|string
---@field imap_username? string
---@field imap_security? string
---@field smtp_host? string
---@field smtp_port? integer|string
---@field smtp_username? string
---@field smtp_security? string
---@field type? string
---@field ews_host? string
---@field ews_username? string
---@field username? string
---@field email? string
---@field email_address? string
---@field policy_id? string
---@field credential_id? string
---@field host? string
---@field name? string
---@field provider? string
---@field primary? boolean

--- `when` in the rules of evaluate.  A field that is not there matches nothing.
---@class grantgate.GrantCondition
---@field id? string|string[]
---@field provider? grantgate.Provider|grantgate.Provider[]
---@field grant_status? string|string[]
---@field email? string|string[]
---@field state? string|string[]
---@field name? string|string[]
---@field workspace_id? string|string[]
---@field account_id? string|string[]
---@field credential_id? string|string[]
---@field domain? string|string[]
---@field blocked? boolean
---@field scope? string|string[]
---@field created_at? grantgate.Number|grantgate.Number[]
---@field updated_at? grantgate.Number|grantgate.Number[]
---@field age? grantgate.Number|grantgate.Number[]
---@field tenant? string|string[]
---@field send_error? string|string[]
---@field send_error_at? grantgate.Number|grantgate.Number[]
---@field sent_at? grantgate.Number|grantgate.Number[]
---@field smtp? grantgate.Smtp|grantgate.Smtp[]
---@field missing? grantgate.Missing|grantgate.Missing[]
---@field evidence? grantgate.Evidence|grantgate.Evidence[]
---@field ["settings.imap_host"]? grantgate.Value|grantgate.Value[]
---@field ["settings.imap_port"]? grantgate.Value|grantgate.Value[]
---@field ["settings.imap_username"]? grantgate.Value|grantgate.Value[]
---@field ["settings.imap_security"]? grantgate.Value|grantgate.Value[]
---@field ["settings.smtp_host"]? grantgate.Value|grantgate.Value[]
---@field ["settings.smtp_port"]? grantgate.Value|grantgate.Value[]
---@field ["settings.smtp_username"]? grantgate.Value|grantgate.Value[]
---@field ["settings.smtp_security"]? grantgate.Value|grantgate.Value[]
---@field ["settings.type"]? grantgate.Value|grantgate.Value[]
---@field ["settings.ews_host"]? grantgate.Value|grantgate.Value[]
---@field ["settings.ews_username"]? grantgate.Value|grantgate.Value[]
---@field ["settings.username"]? grantgate.Value|grantgate.Value[]
---@field ["settings.email"]? grantgate.Value|grantgate.Value[]
---@field ["settings.email_address"]? grantgate.Value|grantgate.Value[]
---@field ["settings.policy_id"]? grantgate.Value|grantgate.Value[]
---@field ["settings.credential_id"]? grantgate.Value|grantgate.Value[]
---@field ["settings.host"]? grantgate.Value|grantgate.Value[]
---@field ["settings.name"]? grantgate.Value|grantgate.Value[]
---@field ["settings.provider"]? grantgate.Value|grantgate.Value[]
---@field ["settings.primary"]? grantgate.Value|grantgate.Value[]
---@field [string] grantgate.Value|grantgate.Value[] A key of context: ["context.plan"].

-- --- a test file ------------------------------------------------------------

--- What NAME_test.lua returns.
---@class (exact) grantgate.TestFile
---@field now? string|integer The time of all its cases.
---@field [integer] grantgate.GrantCase|grantgate.ConnectCase

---@class (exact) grantgate.GrantCase
---@field [1] string A claim: "asks the owner again when SMTP is missing".
---@field now? string|integer
---@field tenant? string
---@field grant grantgate.TestGrant
---@field context? table<string, any>
---@field send_error? string
---@field send_error_at? string|integer
---@field sent_at? string|integer
---@field host? table<string, string|number|boolean> What the program answers.
---@field expect grantgate.Record

---@class (exact) grantgate.ConnectCase
---@field [1] string
---@field now? string|integer
---@field tenant? string
---@field connect grantgate.TestRequest
---@field email? string
---@field context? table<string, any>
---@field host? table<string, string|number|boolean>
---@field expect grantgate.ConnectRecord

--- A grant as the API gives it.
---@class (exact) grantgate.TestGrant
---@field id? string
---@field provider grantgate.Provider
---@field grant_status? string
---@field email? string
---@field name? string
---@field state? string
---@field scope? string[]
---@field settings? table<string, any>
---@field blocked? boolean
---@field created_at? string|integer
---@field updated_at? string|integer
---@field account_id? string
---@field ip? string
---@field credential_id? string
---@field provider_user_id? string
---@field workspace_id? string
---@field user_agent? string
---@field email_aliases? string[]

---@class (exact) grantgate.TestRequest
---@field provider? string
---@field email? string

--- The record of a decision: what is named must match.
---@class (exact) grantgate.Record
---@field grant_id? string
---@field tenant? string
---@field provider? string
---@field action? "accept"|"reauth"|"repair"|"defer"|"reject"|"error"
---@field reason? string
---@field policy? string The file: "tenants/acme.lua".
---@field rule? string
---@field mandate? boolean
---@field smtp? grantgate.Smtp
---@field missing? grantgate.Missing[]
---@field evidence? grantgate.Evidence
---@field auth_url? string
---@field auth_url_missing? string
---@field notify? string
---@field after? integer Seconds.
---@field due? integer Unix seconds.
---@field smtp_host? string
---@field smtp_port? integer
---@field smtp_username? string
---@field data? table
---@field error? table
---@field trace? table

--- The answer to a sign-in request: what is named must match.
---@class (exact) grantgate.ConnectRecord: grantgate.Connect
---@field auth_url? string
---@field error? table

-- --- the engine -------------------------------------------------------------

--- The time of the run, in Unix seconds.  Only while a question is asked.
---@return integer
function now() end

--- A line on standard error, with file and grant id.  Only while a question is
--- asked.
---@param text any
function log(text) end

--- A file of lib/: require "lib.name".  Only at the top of a file.
---@param name string
---@return table
function require(name) end

--- What the program that runs these policies offers them: host.name(…), and
--- nothing but that: host is no value.  Only while a question is asked.  Tell
--- your editor more in a file of your own: ---@class hostlib, ---@field plan
--- fun(tenant: string): string?
---@class hostlib
---@field [string] fun(...: boolean|number|string|nil): boolean|number|string|nil
host = {}

---@class grantgatelib
grantgate = {}

---@class (exact) grantgate.UrlOptions: grantgate.Connect
---@field provider? string

--- A hosted-auth URL, or nil and an error.  Only while a question is asked.
---@param options grantgate.UrlOptions
---@return string? url
---@return { code: string, message: string }? err
function grantgate.auth_url(options) end

--- Another grant, judged like the one in question; or nil and an error.  Only
--- while a question is asked, and where the host allows it.
---@param id string
---@return grantgate.Grant? grant
---@return { code: string, message: string, status: integer? }? err
function grantgate.fetch(id) end
