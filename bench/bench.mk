# Measurements, by `make bench`; never part of `make check`.  To run some:
#
#     make bench benches=bench/fetch.sh

benches = \
	bench/eval.sh \
	bench/fetch.sh \
	bench/session.sh

bench_programs = \
	bench/floor \
	bench/generate \
	bench/session
EXTRA_PROGRAMS = $(bench_programs)
CLEANFILES += $(bench_programs)

bench_floor_SOURCES = \
	bench/floor.c \
	bench/lines.h
bench_floor_LDADD = $(YYJSON_LIBS)
bench_generate_SOURCES = \
	bench/generate.c
bench_session_SOURCES = \
	bench/lines.h \
	bench/session.c
bench_session_LDADD = libgrantgate.la $(LUA_LIBS)

EXTRA_DIST += \
	$(benches) \
	bench/clock.sh \
	bench/floor.cc \
	bench/functions \
	bench/peers \
	bench/rules \
	bench/unhooked.c

CXX = c++

bench: all $(bench_programs)
	@for name in $(benches); do \
		srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' LC_ALL=C \
		CC='$(CC)' CXX='$(CXX)' LUA_CFLAGS='$(LUA_CFLAGS)' \
		LUA_PROGRAM='$(LUA_PROGRAM)' \
		bash $(srcdir)/$$name || exit 1; \
	done
.PHONY: bench
