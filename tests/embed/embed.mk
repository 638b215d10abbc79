# What who embeds the library meets: the installed header, library and
# grantgate.pc, and the examples built with nothing else.  `make check` runs
# these against the stage, `make installcheck` against what is installed.

embed_tests = \
	tests/embed/host.sh \
	tests/embed/host_reload.sh \
	tests/embed/static.sh \
	tests/embed/webhook.sh
EXTRA_DIST += \
	tests/embed/host.cc \
	tests/embed/scene.sh \
	tests/embed/sign.c

# One after the other; with what they print, for nobody has asked for less.
installcheck-local:
	@$(MAKE) $(AM_MAKEFLAGS) stage='$(DESTDIR)' installed
installed:
	@status=0; \
	for test in tests/meta/installed.sh $(embed_tests); do \
		echo "# $$test"; \
		$(test_environment) $(SHELL) $(srcdir)/$$test </dev/null || \
			status=1; \
	done; \
	exit $$status
.PHONY: installed
