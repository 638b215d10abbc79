bin_PROGRAMS += grantgate
grantgate_SOURCES = \
	cli/api.c \
	cli/api.h \
	cli/batch.c \
	cli/batch.h \
	cli/brakes.c \
	cli/change.c \
	cli/check.c \
	cli/checkpoint.c \
	cli/cli.h \
	cli/colour.c \
	cli/completion.c \
	cli/coverage.c \
	cli/diff.c \
	cli/escape.c \
	cli/eval.c \
	cli/explain.c \
	cli/explanation.c \
	cli/fetch.c \
	cli/field.c \
	cli/files.h \
	cli/fingerprint.c \
	cli/folder.c \
	cli/grid.c \
	cli/ids.c \
	cli/init.c \
	cli/input.c \
	cli/input.h \
	cli/json.c \
	cli/junit.c \
	cli/key.c \
	cli/landlock.c \
	cli/lockdown.c \
	cli/lockdown.h \
	cli/main.c \
	cli/markup.c \
	cli/matrix.c \
	cli/nearest.c \
	cli/note.c \
	cli/number.c \
	cli/option.c \
	cli/origin.c \
	cli/output.c \
	cli/page_style.c \
	cli/processors.c \
	cli/progress.c \
	cli/ranking.c \
	cli/report.c \
	cli/report.h \
	cli/report_counts.c \
	cli/report_page.c \
	cli/seccomp.c \
	cli/settings.c \
	cli/show.h \
	cli/sign_in.c \
	cli/source.c \
	cli/stop.c \
	cli/summary.c \
	cli/tap.c \
	cli/test.c \
	cli/unpack.c \
	cli/url.c \
	cli/watch.c
grantgate_CPPFLAGS = -D_POSIX_C_SOURCE=200809L -I$(srcdir)/core \
	-I$(srcdir)/cli -DGG_METADIR='"$(pkgdatadir)/lua"' \
	-DGG_VERSION='"$(PACKAGE_VERSION)"' \
	-DGG_POLICYDIR='"$(pkgdatadir)/policies"'
grantgate_CFLAGS = -std=c17 -pthread $(GG_CFLAGS) $(CRYPTO_CFLAGS) \
	$(SECCOMP_CFLAGS) $(ZLIB_CFLAGS) $(ZSTD_CFLAGS)
grantgate_LDADD = libgrantgate.la $(CRYPTO_LIBS) $(SECCOMP_LIBS) $(ZLIB_LIBS) \
	$(ZSTD_LIBS)

# What shells complete with, where bash-completion and zsh look.  The program
# prints it, so it has to run here.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
if CAN_RUN
nodist_bashcompletion_DATA = completion/bash/grantgate
nodist_zshcompletion_DATA = completion/zsh/_grantgate
endif
completion/bash/grantgate: grantgate$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && ./grantgate completion bash >$@.part && \
		mv $@.part $@
completion/zsh/_grantgate: grantgate$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && ./grantgate completion zsh >$@.part && \
		mv $@.part $@
CLEANFILES += completion/bash/grantgate completion/zsh/_grantgate

# The program carries what init writes.
starter = \
	default.lua \
	default_test.lua \
	providers/imap.lua \
	providers/imap_test.lua \
	tenants/acme.lua \
	tenants/acme_test.lua
nodist_grantgate_SOURCES = starter.c
starter.c: cli/embed.sh $(starter:%=$(srcdir)/examples/starter/%)
	$(AM_V_GEN)$(SHELL) $(srcdir)/cli/embed.sh $(srcdir)/examples/starter \
		$(starter) >$@.tmp && mv $@.tmp $@
EXTRA_DIST += cli/embed.sh
CLEANFILES += starter.c
