# One harness a decoder. libFuzzer drives it in a build with --enable-fuzzing
# CC=clang (`make fuzz FUZZ_SECONDS=60`); in any other `make check` replays its
# corpus, cut and flipped. What a run finds becomes a file of the corpus.
FUZZERS = \
	%D%/fuzz_blocklist \
	%D%/fuzz_conf \
	%D%/fuzz_conf_read \
	%D%/fuzz_evidence \
	%D%/fuzz_ipapi \
	%D%/fuzz_json \
	%D%/fuzz_list \
	%D%/fuzz_mmdb \
	%D%/fuzz_pickle \
	%D%/fuzz_policy \
	%D%/fuzz_query \
	%D%/fuzz_request
if FUZZING
noinst_PROGRAMS += $(FUZZERS)
FUZZ_DRIVER = %D%/libfuzzer.c
FUZZ_LINK = -fsanitize=fuzzer
else
check_PROGRAMS += $(FUZZERS)
FUZZ_DRIVER = %D%/replay.c
FUZZ_LINK =
endif
%C%_fuzz_blocklist_SOURCES = %D%/fuzz_blocklist.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_blocklist_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_blocklist_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_blocklist_LDADD = $(LIBS_SERVICE) $(DEPS_SERVICE)
%C%_fuzz_conf_SOURCES = %D%/fuzz_conf.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_conf_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_conf_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_conf_LDADD = libf2b.a libbase.a
%C%_fuzz_conf_read_SOURCES = %D%/fuzz_conf_read.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_conf_read_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_conf_read_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_conf_read_LDADD = libf2b.a libbase.a
%C%_fuzz_evidence_SOURCES = %D%/fuzz_evidence.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_evidence_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_evidence_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_evidence_LDADD = $(LIBS_SERVICE) $(DEPS_SERVICE)
%C%_fuzz_ipapi_SOURCES = %D%/fuzz_ipapi.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_ipapi_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_ipapi_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_ipapi_LDADD = libjobs.a libjson.a libbase.a $(JSONC_LIBS)
%C%_fuzz_json_SOURCES = %D%/fuzz_json.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_json_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(JSONC_CFLAGS)
%C%_fuzz_json_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_json_LDADD = libjson.a libbase.a $(JSONC_LIBS)
%C%_fuzz_mmdb_SOURCES = %D%/fuzz_mmdb.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_mmdb_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_mmdb_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_mmdb_LDADD = libgeo.a libbase.a $(MAXMINDDB_LIBS)
%C%_fuzz_pickle_SOURCES = \
	%D%/fuzz_pickle.c %D%/fuzz.h $(FUZZ_DRIVER) \
	t/lib/pickle_json.c t/lib/pickle_json.h
%C%_fuzz_pickle_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_pickle_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_pickle_LDADD = libf2b.a libbase.a
%C%_fuzz_policy_SOURCES = %D%/fuzz_policy.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_policy_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_policy_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_policy_LDADD = libf2b.a libbase.a $(SODIUM_LIBS)
%C%_fuzz_list_SOURCES = %D%/fuzz_list.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_list_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_list_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_list_LDADD = $(LIBS_API) $(DEPS_API)
%C%_fuzz_query_SOURCES = \
	%D%/fuzz_query.c %D%/fuzz.h $(FUZZ_DRIVER) \
	t/lib/query_print.c t/lib/query_print.h
%C%_fuzz_query_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_query_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_query_LDADD = $(LIBS_API) $(DEPS_API)
%C%_fuzz_request_SOURCES = %D%/fuzz_request.c %D%/fuzz.h $(FUZZ_DRIVER)
%C%_fuzz_request_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
%C%_fuzz_request_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
%C%_fuzz_request_LDADD = $(LIBS_API) $(DEPS_API)

EXTRA_DIST += \
	%D%/corpus/blocklist \
	%D%/corpus/conf \
	%D%/corpus/conf_read \
	%D%/corpus/evidence \
	%D%/corpus/ipapi \
	%D%/corpus/json \
	%D%/corpus/mmdb \
	%D%/corpus/pickle \
	%D%/corpus/policy \
	%D%/corpus/list \
	%D%/corpus/query \
	%D%/corpus/request \
	%D%/libfuzzer.c \
	%D%/replay.c

# Four at once, for a run is measured in seconds of the clock; of each its last
# figures, and of one that found something what it found.
FUZZ_SECONDS = 60
.PHONY: fuzz
fuzz: $(FUZZERS)
	@printf '%s\n' $(FUZZERS) | xargs -P 4 -I FUZZER $(SHELL) -c ' \
		name=$${1##*fuzz_}; found=t/fuzz/found/$$name; \
		mkdir -p $$found && \
		./$$1 -max_total_time=$(FUZZ_SECONDS) \
			-artifact_prefix=t/fuzz/found/ $$found \
			$(srcdir)/t/fuzz/corpus/$$name >$$found.log 2>&1; rc=$$?; \
		grep -a -e broken: -e ERROR: -e Base64: $$found.log; \
		echo "$$name: $$(tail -n 1 $$found.log)"; exit $$rc' fuzz FUZZER
clean-local: clean-fuzz
.PHONY: clean-fuzz
clean-fuzz:
	rm -rf t/fuzz/found
