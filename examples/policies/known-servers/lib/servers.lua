-- Where mail hosts take outgoing mail, as they publish it.
return {
  ["fastmail.com"] = { host = "smtp.fastmail.com", port = 465 },
  ["gmx.com"] = { host = "smtp.gmx.com", port = 587 },
  ["yandex.com"] = { host = "smtp.yandex.com", port = 587 },
}
