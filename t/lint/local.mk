# Each lint first shows on a bad sample that it finds something. Those that
# need a tool run where configure has found it.
LINTS = \
	%D%/house.sh \
	%D%/layers.sh \
	%D%/links.sh \
	%D%/marks.sh \
	%D%/migrations.sh
LINTS_CTAGS = \
	%D%/docs.sh \
	%D%/size.sh
LINTS_CLANG_FORMAT = %D%/format.sh
LINTS_CODESPELL = %D%/spelling.sh
LINTS_MANDOC = %D%/man.sh
LINTS_SHELLCHECK = %D%/shell.sh
LINTS_SYSTEMD = %D%/units.sh
LINT_TESTS = $(LINTS)
if HAVE_CTAGS
LINT_TESTS += $(LINTS_CTAGS)
endif
if HAVE_CLANG_FORMAT
LINT_TESTS += $(LINTS_CLANG_FORMAT)
endif
if HAVE_CODESPELL
LINT_TESTS += $(LINTS_CODESPELL)
endif
if HAVE_MANDOC
LINT_TESTS += $(LINTS_MANDOC)
endif
if HAVE_SHELLCHECK
LINT_TESTS += $(LINTS_SHELLCHECK)
endif
if HAVE_SYSTEMD_ANALYZE
LINT_TESTS += $(LINTS_SYSTEMD)
endif
TESTS += $(LINT_TESTS)
EXTRA_DIST += \
	$(LINTS) \
	$(LINTS_CLANG_FORMAT) \
	$(LINTS_CODESPELL) \
	$(LINTS_CTAGS) \
	$(LINTS_MANDOC) \
	$(LINTS_SHELLCHECK) \
	$(LINTS_SYSTEMD) \
	%D%/codespell.ignore \
	%D%/docs.awk \
	%D%/house.awk \
	%D%/layers.awk \
	%D%/layers.txt \
	%D%/lint.sh \
	%D%/migrations.sha256

# For layers.sh, which links each layer with what it may use and no more.
AM_TESTS_ENVIRONMENT += \
	LINT_LINK='$(CC) $(AM_CFLAGS) $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS)'; \
	LINT_LIBS_CRYPT='$(CRYPT_LIBS)'; \
	LINT_LIBS_CURL='$(CURL_LIBS)'; \
	LINT_LIBS_FCGI='$(FCGI_LIBS)'; \
	LINT_LIBS_JSONC='$(JSONC_LIBS)'; \
	LINT_LIBS_MAXMINDDB='$(MAXMINDDB_LIBS)'; \
	LINT_LIBS_SODIUM='$(SODIUM_LIBS)'; \
	LINT_LIBS_SQLITE='$(SQLITE_LIBS)'; \
	AWK='$(AWK)'; \
	export LINT_LINK LINT_LIBS_CRYPT LINT_LIBS_CURL LINT_LIBS_FCGI \
		LINT_LIBS_JSONC LINT_LIBS_MAXMINDDB LINT_LIBS_SODIUM LINT_LIBS_SQLITE AWK;

# Slower than a test: gcc's analyzer, clang-tidy and cppcheck over src/. In a
# build of its own, so that only what changed is looked at again.
EXTRA_DIST += %D%/analyze-cc %D%/cppcheck.suppress
.PHONY: analyze
analyze:
	$(MKDIR_P) analyze
	cd analyze && { test -f Makefile || \
		$(abs_top_srcdir)/configure -q CFLAGS='-O2 -g' >/dev/null; }
	cd analyze && $(MAKE) $(AM_MAKEFLAGS) -s -k all \
		CC='$(abs_top_srcdir)/t/lint/analyze-cc'
	cppcheck -q --std=c11 --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 \
		--suppressions-list=$(srcdir)/t/lint/cppcheck.suppress \
		-I$(srcdir)/src -include config.h $(srcdir)/src
clean-local: clean-analyze
.PHONY: clean-analyze
clean-analyze:
	rm -rf analyze
