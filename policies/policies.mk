# Installed as $(pkgdatadir)/policies, where the program finds them.
nobase_dist_pkgdata_DATA = \
	policies/README.md \
	policies/default.lua \
	policies/default_test.lua \
	policies/lib/smtp_servers.lua \
	policies/lib/smtp_servers_test.lua \
	policies/providers/imap.lua \
	policies/providers/imap_test.lua \
	policies/tenants/acme-eu.lua \
	policies/tenants/acme-eu_test.lua \
	policies/tenants/acme.lua \
	policies/tenants/acme_test.lua \
	policies/tenants/notary.lua \
	policies/tenants/notary_test.lua
