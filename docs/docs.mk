dist_doc_DATA = \
	docs/ARCHITECTURE.md \
	docs/decision.schema.json \
	docs/getting-started.md \
	docs/lua-api.md \
	docs/performance.md \
	docs/policy-guide.md \
	docs/scale.md \
	docs/security.md
