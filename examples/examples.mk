EXTRA_DIST += \
	examples/envelopes.ndjson \
	examples/facts.ndjson \
	examples/grants.json \
	examples/grants.ndjson \
	examples/host.c \
	examples/host_reload.c \
	examples/policies \
	examples/starter/default.lua \
	examples/starter/default_test.lua \
	examples/starter/providers/imap.lua \
	examples/starter/providers/imap_test.lua \
	examples/starter/tenants/acme.lua \
	examples/starter/tenants/acme_test.lua \
	examples/webhook.c

# Records on stdout, everything else on stderr.
demo:
	@$(MAKE) $(AM_MAKEFLAGS) -s all >&2
	@unset GRANTGATE_API_URL GRANTGATE_REGION; \
	./grantgate eval -p $(srcdir)/policies --client-id YOUR_CLIENT_ID \
		--redirect-uri https://example.com/callback \
		--now 2026-08-01T10:00:00Z --summary \
		$(srcdir)/examples/grants.ndjson
.PHONY: demo
