dist_doc_DATA = \
	docs/ARCHITECTURE.md \
	docs/c-api.md \
	docs/decision.schema.json \
	docs/getting-started.md \
	docs/lua-api.md \
	docs/performance.md \
	docs/policy-guide.md \
	docs/scale.md \
	docs/security.md
dist_man_MANS = \
	docs/man/grantgate-policy.7 \
	docs/man/grantgate.1 \
	docs/man/libgrantgate.3
