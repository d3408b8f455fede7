# What t/bench/run measures against. Built on demand: make bench-programs.
EXTRA_PROGRAMS += t/bench/archive t/bench/floor t/bench/gate t/bench/geo t/bench/history \
	t/bench/list_writer \
	t/bench/retention
t_bench_archive_SOURCES = %D%/archive.c
t_bench_archive_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
t_bench_archive_LDADD = $(LIBS_SERVICE) $(DEPS_SERVICE)
t_bench_floor_SOURCES = %D%/floor.c
t_bench_floor_CPPFLAGS = $(AM_CPPFLAGS) $(FCGI_CFLAGS)
t_bench_floor_LDADD = libbase.a $(FCGI_LIBS)
t_bench_gate_SOURCES = %D%/gate.c
t_bench_gate_LDADD = libf2b.a libdb.a libbase.a $(SQLITE_LIBS) $(SODIUM_LIBS)
t_bench_geo_SOURCES = %D%/geo.c
t_bench_geo_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(MAXMINDDB_CFLAGS)
t_bench_geo_LDADD = libmmdb_maker.a $(LIBS_SERVICE) $(DEPS_SERVICE)
t_bench_history_SOURCES = %D%/history.c
t_bench_history_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(SQLITE_CFLAGS)
t_bench_history_LDADD = libf2b_db.a $(LIBS_SERVICE) $(DEPS_SERVICE)
t_bench_list_writer_SOURCES = %D%/list_writer.c
t_bench_list_writer_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
t_bench_list_writer_LDADD = libjson.a libbase.a $(JSONC_LIBS)
t_bench_retention_SOURCES = %D%/retention.c
t_bench_retention_LDADD = libstore.a libdb.a libbase.a $(SQLITE_LIBS)
CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_DIST += %D%/run %D%/bench.mjs

.PHONY: bench-programs
bench-programs: $(EXTRA_PROGRAMS)
