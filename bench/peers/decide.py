"""decide.py - the whole job in Python: decide.py FILE prints records."""
import json
import sys
from urllib.parse import quote

NOW = 1785578400
URL = (
    "https://api.us.nylas.com/v3/connect/auth?client_id=bench"
    "&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&response_type=code"
    "&provider="
)
NEEDS_NO_SMTP = {"google", "microsoft", "icloud", "yahoo", "ews"}


def is_blank(value):
    return not isinstance(value, str) or value.strip() == ""


def is_port(value):
    if isinstance(value, str):
        if not (value.isdecimal() and len(value) <= 5):
            return False
        value = int(value)
    return isinstance(value, int) and 1 <= value <= 65535


def judge(grant, settings, record):
    if grant["provider"] in NEEDS_NO_SMTP:
        record["smtp"] = "not_applicable"
        record["evidence"] = "provider"
        return
    if grant["provider"] != "imap" or not any(
        key.startswith(("imap_", "smtp_")) for key in settings
    ):
        record["smtp"] = "unknown"
        record["evidence"] = "none"
        return
    missing = [
        key
        for key in ("imap_username", "imap_password")
        if key in settings and is_blank(settings[key])
    ]
    if is_blank(settings.get("smtp_host")):
        missing.append("smtp_host")
    if not is_port(settings.get("smtp_port")):
        missing.append("smtp_port")
    record["smtp"] = "incomplete" if missing else "complete"
    if missing:
        record["missing"] = missing
    record["evidence"] = "settings"


def url(grant):
    forced = "&options=smtp_required" if grant["provider"] == "imap" else ""
    hint = quote(grant["email"], safe="")
    return URL + grant["provider"] + forced + "&login_hint=" + hint


def decide(line, number):
    grant = json.loads(line)
    settings = grant.get("settings") or {}
    record = {
        "line": number,
        "grant_id": grant["id"],
        "provider": grant["provider"],
        "action": "accept",
        "reason": "can_send",
        "policy": "default.lua",
    }
    judge(grant, settings, record)
    invalid = grant["grant_status"] == "invalid"
    if invalid or record["smtp"] == "incomplete":
        record["action"] = "reauth"
        record["reason"] = "grant_invalid" if invalid else "smtp_missing"
        record["auth_url"] = url(grant)
        record["notify"] = "owner"
    elif record["smtp"] == "unknown":
        record["action"] = "defer"
        record["reason"] = "smtp_unknown"
        record["after"] = 86400
        record["due"] = NOW + 86400
    elif settings.get("smtp_port") == 25:
        record["action"] = "defer"
        record["reason"] = "port_25"
        record["notify"] = "operator"
    return encode(record)


encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode

with open(sys.argv[1], "rb") as file:
    for number, line in enumerate(file, 1):
        sys.stdout.write(decide(line, number) + "\n")
