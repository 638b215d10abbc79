// decide.js - the whole job in Node.js: decide.js FILE prints records.
//
// Tuned: synchronous reads of 256 KiB, JSON.parse of each line, one write for
// each chunk.
"use strict";
const fs = require("fs");

const NOW = 1785578400;
const URL =
  "https://api.us.nylas.com/v3/connect/auth?client_id=bench" +
  "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&response_type=code" +
  "&provider=";
const NEEDS_NO_SMTP = new Set(["google", "microsoft", "icloud", "yahoo", "ews"]);

const isBlank = (value) => typeof value !== "string" || value.trim() === "";

function isPort(value) {
  if (typeof value === "string")
    return /^[0-9]{1,5}$/.test(value) && +value >= 1 && +value <= 65535;
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

function namesServer(settings) {
  for (const key in settings)
    if (key.startsWith("imap_") || key.startsWith("smtp_")) return true;
  return false;
}

function judge(grant, settings, record) {
  if (NEEDS_NO_SMTP.has(grant.provider)) {
    record.smtp = "not_applicable";
    record.evidence = "provider";
    return;
  }
  if (grant.provider !== "imap" || !namesServer(settings)) {
    record.smtp = "unknown";
    record.evidence = "none";
    return;
  }
  const missing = [];
  for (const key of ["imap_username", "imap_password"])
    if (key in settings && isBlank(settings[key])) missing.push(key);
  if (isBlank(settings.smtp_host)) missing.push("smtp_host");
  if (!isPort(settings.smtp_port)) missing.push("smtp_port");
  record.smtp = missing.length > 0 ? "incomplete" : "complete";
  if (missing.length > 0) record.missing = missing;
  record.evidence = "settings";
}

function url(grant) {
  return (
    URL + grant.provider +
    (grant.provider === "imap" ? "&options=smtp_required" : "") +
    "&login_hint=" + encodeURIComponent(grant.email)
  );
}

function decide(line, number) {
  const grant = JSON.parse(line);
  const settings = grant.settings || {};
  const record = {
    line: number,
    grant_id: grant.id,
    provider: grant.provider,
    action: "accept",
    reason: "can_send",
    policy: "default.lua",
  };
  judge(grant, settings, record);
  if (grant.grant_status === "invalid" || record.smtp === "incomplete") {
    record.action = "reauth";
    record.reason =
      grant.grant_status === "invalid" ? "grant_invalid" : "smtp_missing";
    record.auth_url = url(grant);
    record.notify = "owner";
  } else if (record.smtp === "unknown") {
    record.action = "defer";
    record.reason = "smtp_unknown";
    record.after = 86400;
    record.due = NOW + 86400;
  } else if (settings.smtp_port === 25) {
    record.action = "defer";
    record.reason = "port_25";
    record.notify = "operator";
  }
  return JSON.stringify(record);
}

const file = fs.openSync(process.argv[2], "r");
const chunk = Buffer.allocUnsafe(512 << 10);
let held = 0;
let number = 0;
for (;;) {
  const got = fs.readSync(file, chunk, held, 256 << 10, null);
  if (got === 0) break;
  const end = held + got;
  const last = chunk.lastIndexOf(10, end - 1);
  let out = "";
  for (const line of chunk.toString("utf8", 0, last).split("\n"))
    out += decide(line, ++number) + "\n";
  fs.writeSync(1, out);
  chunk.copy(chunk, 0, last + 1, end);
  held = end - last - 1;
}
