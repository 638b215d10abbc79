include_HEADERS = core/grantgate.h

# Every object, private names included: what the unit tests link.
noinst_LTLIBRARIES = libgg.la
libgg_la_SOURCES = \
	core/answer.h \
	core/arena.c \
	core/ascii.h \
	core/auth_url.c \
	core/base.h \
	core/buf.c \
	core/client.c \
	core/condition.c \
	core/connect.c \
	core/decision.c \
	core/digest.c \
	core/dispatch.c \
	core/document.c \
	core/facts.c \
	core/fetch.h \
	core/fetched.c \
	core/flow.h \
	core/glob.c \
	core/grant.c \
	core/grant_text.c \
	core/input.c \
	core/json_text.c \
	core/listing.c \
	core/moment.c \
	core/opinion.c \
	core/pace.c \
	core/pattern.c \
	core/pipeline.c \
	core/pkce.c \
	core/private.h \
	core/reader.c \
	core/record.c \
	core/records.c \
	core/redaction.c \
	core/request.c \
	core/response.c \
	core/retry.c \
	core/smtp.c \
	core/status.c \
	core/subject.h \
	core/tally.c \
	core/tally_text.c \
	core/text.c \
	core/transfer.c \
	core/url.c \
	core/value.c \
	core/verdict.c

# The product: the same objects, the public names.
lib_LTLIBRARIES = libgrantgate.la
libgrantgate_la_SOURCES =
libgrantgate_la_LIBADD = libgg.la $(LUA_LIBS) $(YYJSON_LIBS) $(CURL_LIBS) \
	$(CRYPTO_LIBS)
# The interface's number, not the release's: CONTRIBUTING.md says when to raise
# which part.
libgrantgate_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined -version-info 1:0:0 \
	-export-symbols-regex '^gg_'
