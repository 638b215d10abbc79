# Measurements, by `make bench`; never part of `make check`.  To run some:
#
#     make bench benches=bench/fetch.sh

benches = \
	bench/fetch.sh

EXTRA_DIST += \
	$(benches) \
	bench/clock.sh

bench: all $(check_PROGRAMS)
	@for name in $(benches); do \
		srcdir='$(abs_srcdir)' builddir='$(abs_builddir)' LC_ALL=C \
		bash $(srcdir)/$$name || exit 1; \
	done
.PHONY: bench
