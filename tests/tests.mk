# Every test speaks TAP.  tests/judge.sh runs one and judges it,
# tests/count.sh adds them up.  To run some only:
#
#     make check tests='tests/unit.sh tests/cli/eval.sh'

# --- the unit tests ---------------------------------------------------------

if HAVE_CHECK
check_PROGRAMS += tests/unit/unit
endif
tests_unit_unit_SOURCES = \
	tests/unit/attack.c \
	tests/unit/attack.h \
	tests/unit/batch_memory.c \
	tests/unit/batch_memory.h \
	tests/unit/check_allocation.c \
	tests/unit/check_arena.c \
	tests/unit/check_auth_url.c \
	tests/unit/check_budget.c \
	tests/unit/check_buf.c \
	tests/unit/check_buffers.c \
	tests/unit/check_bytecode.c \
	tests/unit/check_call.c \
	tests/unit/check_case.c \
	tests/unit/check_chain.c \
	tests/unit/check_check.c \
	tests/unit/check_client.c \
	tests/unit/check_compare.c \
	tests/unit/check_compile.c \
	tests/unit/check_condition.c \
	tests/unit/check_connect.c \
	tests/unit/check_constructors.c \
	tests/unit/check_cover.c \
	tests/unit/check_decision.c \
	tests/unit/check_digest.c \
	tests/unit/check_dispatch.c \
	tests/unit/check_document.c \
	tests/unit/check_evaluate.c \
	tests/unit/check_explain.c \
	tests/unit/check_facts.c \
	tests/unit/check_fetched.c \
	tests/unit/check_folder.c \
	tests/unit/check_freeze.c \
	tests/unit/check_glob.c \
	tests/unit/check_grant.c \
	tests/unit/check_grant_text.c \
	tests/unit/check_host_connect.c \
	tests/unit/check_host_fetch.c \
	tests/unit/check_host_function.c \
	tests/unit/check_host_pipeline.c \
	tests/unit/check_hostile_answers.c \
	tests/unit/check_hostile_input.c \
	tests/unit/check_hostile_memory.c \
	tests/unit/check_hostile_order.c \
	tests/unit/check_hostile_reach.c \
	tests/unit/check_hostile_time.c \
	tests/unit/check_input.c \
	tests/unit/check_json.c \
	tests/unit/check_json_text.c \
	tests/unit/check_listing.c \
	tests/unit/check_live.c \
	tests/unit/check_live_threads.c \
	tests/unit/check_load.c \
	tests/unit/check_log.c \
	tests/unit/check_lua_host.c \
	tests/unit/check_lua_library.c \
	tests/unit/check_lua_session.c \
	tests/unit/check_lua_string.c \
	tests/unit/check_many_tenants.c \
	tests/unit/check_matcher.c \
	tests/unit/check_meta.c \
	tests/unit/check_module.c \
	tests/unit/check_moment.c \
	tests/unit/check_opinion.c \
	tests/unit/check_pace.c \
	tests/unit/check_pattern.c \
	tests/unit/check_pipeline.c \
	tests/unit/check_pkce.c \
	tests/unit/check_policies.c \
	tests/unit/check_reached.c \
	tests/unit/check_reader.c \
	tests/unit/check_record.c \
	tests/unit/check_records.c \
	tests/unit/check_redaction.c \
	tests/unit/check_request.c \
	tests/unit/check_response.c \
	tests/unit/check_retry.c \
	tests/unit/check_rule.c \
	tests/unit/check_sandbox.c \
	tests/unit/check_session.c \
	tests/unit/check_smtp.c \
	tests/unit/check_source.c \
	tests/unit/check_status.c \
	tests/unit/check_subject.c \
	tests/unit/check_tally.c \
	tests/unit/check_tally_text.c \
	tests/unit/check_tenants.c \
	tests/unit/check_test.c \
	tests/unit/check_text.c \
	tests/unit/check_trace.c \
	tests/unit/check_transfer.c \
	tests/unit/check_url.c \
	tests/unit/check_value.c \
	tests/unit/live_sets.c \
	tests/unit/live_sets.h \
	tests/unit/check_verdict.c \
	tests/unit/lua_fixture.c \
	tests/unit/lua_fixture.h \
	tests/unit/main.c \
	tests/unit/memory.c \
	tests/unit/memory.h \
	tests/unit/pipeline_job.c \
	tests/unit/pipeline_job.h \
	tests/unit/policy_set.c \
	tests/unit/policy_set.h \
	tests/unit/random_grant.c \
	tests/unit/random_grant.h \
	tests/unit/reference.c \
	tests/unit/reference.h \
	tests/unit/scarcity.c \
	tests/unit/scarcity.h \
	tests/unit/script_server.c \
	tests/unit/script_server.h \
	tests/unit/suites.h
tests_unit_unit_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
# What scarcity.c stands in for.
tests_unit_unit_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free \
	-Wl,--wrap=yyjson_alc_dyn_new,--wrap=yyjson_mut_doc_new \
	-Wl,--wrap=EVP_MD_CTX_new
tests_unit_unit_LDADD = libgg.la $(CHECK_LIBS) $(LUA_LIBS) $(YYJSON_LIBS) \
	$(CURL_LIBS) $(CRYPTO_LIBS)

# --- the fake ----------------------------------------------------------------

# A server that speaks Nylas's grants API and misbehaves on order: for tests,
# and for who wants to try the program without an account.  `make all` builds
# it, nothing installs it.
noinst_PROGRAMS += tests/fake/fake-nylas
tests_fake_fake_nylas_SOURCES = \
	tests/fake/answer.c \
	tests/fake/clock.c \
	tests/fake/connection.c \
	tests/fake/failure.c \
	tests/fake/fake.h \
	tests/fake/fault.c \
	tests/fake/grants.c \
	tests/fake/gzip.c \
	tests/fake/log.c \
	tests/fake/main.c \
	tests/fake/number.c \
	tests/fake/page.c \
	tests/fake/request.c \
	tests/fake/server.c \
	tests/fake/service.c \
	tests/fake/spoil.c \
	tests/fake/targets.c \
	tests/fake/wire.c
tests_fake_fake_nylas_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
tests_fake_fake_nylas_LDADD = libgg.la $(ZLIB_LIBS) $(LUA_LIBS) \
	$(YYJSON_LIBS) $(CRYPTO_LIBS)

# --- the probe --------------------------------------------------------------

# Parts of the program, from inside: what is left to a process that gave up
# all it could.
check_PROGRAMS += tests/cli/lockdown_probe
tests_cli_lockdown_probe_SOURCES = \
	cli/escape.c \
	cli/key.c \
	cli/landlock.c \
	cli/lockdown.c \
	cli/note.c \
	cli/seccomp.c \
	tests/cli/lockdown_probe.c
tests_cli_lockdown_probe_CPPFLAGS = $(grantgate_CPPFLAGS) -I$(srcdir)/cli
tests_cli_lockdown_probe_CFLAGS = $(grantgate_CFLAGS)
tests_cli_lockdown_probe_LDADD = $(grantgate_LDADD)

# --- the fuzz targets -------------------------------------------------------

include tests/fuzz/fuzz.mk

# --- hosts ------------------------------------------------------------------

include tests/embed/embed.mk

# --- the list ---------------------------------------------------------------

tests = \
	tests/unit.sh \
	tests/fuzz.sh \
	tests/cookbook.sh \
	tests/policies.sh \
	$(cli_tests) \
	$(embed_tests) \
	$(lua_tests) \
	$(meta_tests)

# The installed program, from outside: records, messages, exit codes.
cli_tests = \
	tests/cli/brakes.sh \
	tests/cli/check.sh \
	tests/cli/checkpoint.sh \
	tests/cli/completion.sh \
	tests/cli/diff.sh \
	tests/cli/eval.sh \
	tests/cli/explain.sh \
	tests/cli/fake.sh \
	tests/cli/fetch.sh \
	tests/cli/fetch_faults.sh \
	tests/cli/fetch_nginx.sh \
	tests/cli/fetch_trust.sh \
	tests/cli/filter.sh \
	tests/cli/getting_started.sh \
	tests/cli/help.sh \
	tests/cli/init.sh \
	tests/cli/input.sh \
	tests/cli/lockdown.sh \
	tests/cli/lockdown_probe.sh \
	tests/cli/memory.sh \
	tests/cli/output.sh \
	tests/cli/packed.sh \
	tests/cli/policy_errors.sh \
	tests/cli/readme.sh \
	tests/cli/report.sh \
	tests/cli/report_browser.sh \
	tests/cli/scale.sh \
	tests/cli/secrets.sh \
	tests/cli/test.sh \
	tests/cli/url.sh
cli_files = \
	tests/cli/diff.golden \
	tests/cli/document.golden \
	tests/cli/envelopes.golden \
	tests/cli/explain-connect-json.golden \
	tests/cli/explain-connect.golden \
	tests/cli/explain-grant.golden \
	tests/cli/explain-json.golden \
	tests/cli/facts.golden \
	tests/cli/grants.golden \
	tests/cli/help-check.golden \
	tests/cli/help-completion.golden \
	tests/cli/help-diff.golden \
	tests/cli/help-eval.golden \
	tests/cli/help-explain.golden \
	tests/cli/help-fetch.golden \
	tests/cli/help-init.golden \
	tests/cli/help-program.golden \
	tests/cli/help-report.golden \
	tests/cli/help-test.golden \
	tests/cli/help-url.golden \
	tests/cli/nylas.sh \
	tests/cli/report.golden \
	tests/cli/report.ndjson \
	tests/cli/scene.sh \
	tests/cli/summary.golden \
	tests/cli/test-junit.golden \
	tests/cli/trace.golden

# The module, from plain lua5.4.
lua_tests = \
	tests/lua/annotations.lua \
	tests/lua/client.lua \
	tests/lua/decision_schema.lua \
	tests/lua/evaluate.lua \
	tests/lua/lua_api.lua \
	tests/lua/module.lua \
	tests/lua/policies.lua \
	tests/lua/session.lua
lua_files = \
	tests/lua/fake.lua \
	tests/lua/folder.lua \
	tests/lua/question.lua \
	tests/lua/regex.lua \
	tests/lua/schema.lua \
	tests/lua/tap.lua \
	tests/lua/validate.lua

# The project about itself: layers, exported names, form.
meta_tests = \
	tests/meta/exports.sh \
	tests/meta/headers.sh \
	tests/meta/judge.sh \
	tests/meta/layers.sh \
	tests/meta/listed.sh \
	tests/meta/manual.sh \
	tests/meta/quiet.sh \
	tests/meta/style.sh

EXTRA_DIST += \
	$(tests) \
	$(cli_files) \
	$(lua_files) \
	tests/count.sh \
	tests/judge.sh \
	tests/lua.sh \
	tests/meta/exports.golden \
	tests/meta/installed.sh \
	tests/tap.sh

# --- how they run -----------------------------------------------------------

# A test finds its input under $srcdir, what was built under $builddir, and
# the program, installed into $stage, as $GRANTGATE.  All are absolute: it may
# go where it likes.  $sanitize names the sanitizers built in, if any.
stage = $(abs_builddir)/stage
test_environment = \
	srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' stage='$(stage)' \
	GRANTGATE='$(stage)$(bindir)/grantgate' \
	LD_LIBRARY_PATH='$(stage)$(libdir)' \
	libgrantgate='$(stage)$(libdir)/libgrantgate.so' \
	libdir='$(libdir)' pkgconfigdir='$(pkgconfigdir)' \
	luaexecdir='$(luaexecdir)' \
	LUA='$(LUA_PROGRAM)' \
	LUA_CPATH='$(abs_builddir)/bindings/.libs/?.so;;' \
	LUA_PATH='$(abs_srcdir)/tests/lua/?.lua;;' \
	CC='$(CC)' NM='$(NM)' PKG_CONFIG='$(PKG_CONFIG)' LC_ALL=C \
	sanitize='$(enable_sanitize)' sanitize_flags='$(GG_LDFLAGS)' \
	sanitize_preload='$(SANITIZE_PRELOAD)'

# The program as a user gets it, without touching the machine.
check_DATA = stage.stamp
stage.stamp: $(bin_PROGRAMS) $(lib_LTLIBRARIES) $(luaexec_LTLIBRARIES) \
		$(include_HEADERS) $(pkgconfig_DATA)
	@rm -f -r stage
	@$(MAKE) $(AM_MAKEFLAGS) DESTDIR='$(stage)' install >stage.log 2>&1 || \
		{ cat stage.log >&2; exit 1; }
	@echo >$@

# One result per test, so that make can run several at a time.
.lua.result:
	@$(MKDIR_P) $(@D)
	@$(test_environment) $(SHELL) $(srcdir)/tests/judge.sh $@ \
		$(SHELL) $(srcdir)/tests/lua.sh $<
.sh.result:
	@$(MKDIR_P) $(@D)
	@$(test_environment) $(SHELL) $(srcdir)/tests/judge.sh $@ $(SHELL) $<

# A result is always written anew; one that is missing counts as failed.
lua_results = $(tests:.lua=.result)
results = $(lua_results:.sh=.result)
check-local: $(check_PROGRAMS) $(check_DATA)
	@rm -f $(results)
	@$(MAKE) $(AM_MAKEFLAGS) $(results)
	@$(SHELL) $(srcdir)/tests/count.sh $(results)

CLEANFILES += stage.stamp stage.log
clean-local:
	-rm -f -r stage
	-rm -f $(results) $(results:.result=.log)
