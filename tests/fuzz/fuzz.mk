# Fuzz targets: each a program that is fed a corpus (tests/fuzz.sh), or, where
# clang has libFuzzer, makes up its inputs:
#
#     make fuzz                                a minute for each target
#     make fuzz FUZZ_SECONDS=600 targets='grant policy'

fuzz_programs = \
	tests/fuzz/fuzz_answer \
	tests/fuzz/fuzz_auth_url \
	tests/fuzz/fuzz_batch \
	tests/fuzz/fuzz_facts \
	tests/fuzz/fuzz_grant \
	tests/fuzz/fuzz_policy \
	tests/fuzz/fuzz_record
check_PROGRAMS += $(fuzz_programs)

# libFuzzer brings a main of its own.
if FUZZING
fuzz_main =
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
fuzz_main = tests/fuzz/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
endif

check_LTLIBRARIES = libfuzz.la
libfuzz_la_SOURCES = \
	tests/fuzz/fuzz.h \
	tests/fuzz/invariant.c \
	tests/fuzz/lines.c \
	tests/fuzz/pieces.c \
	tests/fuzz/scene.c
libfuzz_la_CPPFLAGS = $(fuzz_cppflags)
fuzz_cppflags = $(AM_CPPFLAGS) \
	-DFUZZ_POLICIES='"$(abs_srcdir)/tests/fuzz/policies"' \
	-DFUZZ_RULES='"$(abs_srcdir)/tests/fuzz/rules"'
fuzz_ldadd = libfuzz.la libgg.la $(LUA_LIBS) $(YYJSON_LIBS) $(CURL_LIBS) \
	$(CRYPTO_LIBS)

tests_fuzz_fuzz_answer_SOURCES = tests/fuzz/fuzz_answer.c $(fuzz_main)
tests_fuzz_fuzz_answer_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_answer_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_auth_url_SOURCES = tests/fuzz/fuzz_auth_url.c $(fuzz_main)
tests_fuzz_fuzz_auth_url_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_auth_url_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_batch_SOURCES = tests/fuzz/fuzz_batch.c $(fuzz_main)
tests_fuzz_fuzz_batch_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_batch_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_batch_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_facts_SOURCES = tests/fuzz/fuzz_facts.c $(fuzz_main)
tests_fuzz_fuzz_facts_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_facts_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_grant_SOURCES = tests/fuzz/fuzz_grant.c $(fuzz_main)
tests_fuzz_fuzz_grant_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_grant_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_policy_SOURCES = tests/fuzz/fuzz_policy.c $(fuzz_main)
tests_fuzz_fuzz_policy_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_fuzz_policy_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_policy_LDADD = $(fuzz_ldadd)

tests_fuzz_fuzz_record_SOURCES = tests/fuzz/fuzz_record.c $(fuzz_main)
tests_fuzz_fuzz_record_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_fuzz_record_LDADD = $(fuzz_ldadd)

EXTRA_DIST += \
	tests/fuzz/corpus \
	tests/fuzz/dictionaries \
	tests/fuzz/policies \
	tests/fuzz/replay.c \
	tests/fuzz/rules \
	tests/fuzz/run.sh

# In a folder of its own, whatever this one is configured with.
fuzz:
	@srcdir='$(abs_srcdir)' folder='$(abs_builddir)/fuzzing' MAKE='$(MAKE)' \
	programs='$(fuzz_programs)' $(SHELL) $(srcdir)/tests/fuzz/run.sh $(targets)
.PHONY: fuzz

fuzz-clean:
	-rm -f -r fuzzing
clean-local: fuzz-clean
.PHONY: fuzz-clean
