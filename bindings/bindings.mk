libgg_la_SOURCES += \
	bindings/ggl.c \
	bindings/ggl.h \
	bindings/host.h \
	bindings/host_advice.c \
	bindings/host_allowance.c \
	bindings/host_batch.h \
	bindings/host_budget.c \
	bindings/host_buffers.c \
	bindings/host_bytecode.c \
	bindings/host_call.c \
	bindings/host_case.c \
	bindings/host_chain.c \
	bindings/host_check.c \
	bindings/host_check.h \
	bindings/host_compare.c \
	bindings/host_compile.c \
	bindings/host_connect.c \
	bindings/host_cover.c \
	bindings/host_dump.h \
	bindings/host_evaluate.c \
	bindings/host_explain.c \
	bindings/host_fetch.c \
	bindings/host_finding.c \
	bindings/host_folder.c \
	bindings/host_freeze.c \
	bindings/host_function.c \
	bindings/host_keys.h \
	bindings/host_live.c \
	bindings/host_load.c \
	bindings/host_log.c \
	bindings/host_pipeline.c \
	bindings/host_place.c \
	bindings/host_policies.c \
	bindings/host_reach.c \
	bindings/host_rule.c \
	bindings/host_sandbox.c \
	bindings/host_sandbox.h \
	bindings/host_session.c \
	bindings/host_set.h \
	bindings/host_situation.c \
	bindings/host_source.c \
	bindings/host_tenants.c \
	bindings/host_test.c \
	bindings/host_test.h \
	bindings/host_trace.c \
	bindings/host_trace.h \
	bindings/host_unreached.c \
	bindings/host_upkeep.c \
	bindings/host_use.c \
	bindings/lua_auth_url.c \
	bindings/lua_base.c \
	bindings/lua_client.c \
	bindings/lua_constructors.c \
	bindings/lua_fields.c \
	bindings/lua_format.c \
	bindings/lua_handle.c \
	bindings/lua_host.c \
	bindings/lua_json.c \
	bindings/lua_list.c \
	bindings/lua_match.c \
	bindings/lua_module.c \
	bindings/lua_module.h \
	bindings/lua_option.c \
	bindings/lua_pattern.c \
	bindings/lua_pattern.h \
	bindings/lua_policies.c \
	bindings/lua_search.c \
	bindings/lua_session.c \
	bindings/lua_string.c \
	bindings/lua_subject.c \
	bindings/lua_table.c \
	bindings/lua_utf8.c \
	bindings/lua_value.c

# `require "grantgate"`.  Lua's symbols come from the program that loads it.
luaexec_LTLIBRARIES = bindings/grantgate.la
bindings_grantgate_la_SOURCES =
bindings_grantgate_la_LIBADD = libgg.la $(YYJSON_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS)
bindings_grantgate_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared \
	-export-symbols-regex '^luaopen_grantgate$$'

# What editors know of policies and of the module; nothing loads it.
grantgatemetadir = $(pkgdatadir)/lua/grantgate
dist_grantgatemeta_DATA = \
	bindings/lua/grantgate/library.lua \
	bindings/lua/grantgate/meta.lua \
	bindings/lua/grantgate/module.lua
