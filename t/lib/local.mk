# The private stack and what its tests share.
EXTRA_DIST += \
	t/stack \
	%D%/attack \
	%D%/fail2ban.sh \
	%D%/fastcgi.mjs \
	%D%/ipapi.mjs \
	%D%/nginx.sh \
	%D%/openapi.mjs \
	%D%/part.sh \
	%D%/places.awk \
	%D%/pool.mjs \
	%D%/responder.mjs \
	%D%/stack.mjs

# Helpers of the tests; each header says how to use it.
check_LIBRARIES += libmmdb_maker.a
libmmdb_maker_a_SOURCES = \
	%D%/mmdb_layout.c \
	%D%/mmdb_maker.c \
	%D%/mmdb_maker.h
libmmdb_maker_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
check_LIBRARIES += libf2b_db.a
libf2b_db_a_SOURCES = \
	%D%/f2b_db.c \
	%D%/f2b_db.h
libf2b_db_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(SQLITE_CFLAGS)
check_LIBRARIES += libquery_print.a
libquery_print_a_SOURCES = \
	%D%/query_print.c \
	%D%/query_print.h
libquery_print_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
EXTRA_PROGRAMS += t/lib/make_mmdb
check_DATA += t/lib/make_mmdb$(EXEEXT)
CLEANFILES += t/lib/make_mmdb$(EXEEXT)
t_lib_make_mmdb_SOURCES = %D%/make_mmdb.c
t_lib_make_mmdb_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
t_lib_make_mmdb_LDADD = libmmdb_maker.a libbase.a
EXTRA_PROGRAMS += t/lib/only_unix
check_DATA += t/lib/only_unix$(EXEEXT)
CLEANFILES += t/lib/only_unix$(EXEEXT)
t_lib_only_unix_SOURCES = %D%/only_unix.c
EXTRA_PROGRAMS += t/lib/stand_in
check_DATA += t/lib/stand_in$(EXEEXT)
CLEANFILES += t/lib/stand_in$(EXEEXT)
t_lib_stand_in_SOURCES = %D%/stand_in.c
# As plain as the programs that it stands for: what a sanitizer or a count of
# coverage needs, they may not have.
t_lib_stand_in_CFLAGS = $(WARN_CFLAGS)
t_lib_stand_in_LDFLAGS =

if HAVE_CMOCKA
check_LIBRARIES += libfaults.a libraw_server.a libscratch.a libtorture.a
libfaults_a_SOURCES = \
	%D%/faults.c \
	%D%/faults.h
libfaults_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
libraw_server_a_SOURCES = \
	%D%/raw_server.c \
	%D%/raw_server.h
libraw_server_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
check_LIBRARIES += libreal_f2b.a
libreal_f2b_a_SOURCES = \
	%D%/real_f2b.c \
	%D%/real_f2b.h
libreal_f2b_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
libscratch_a_SOURCES = \
	%D%/log_tap.c \
	%D%/log_tap.h \
	%D%/migrated.c \
	%D%/migrated.h \
	%D%/scratch.c \
	%D%/scratch.h \
	%D%/stranger.c \
	%D%/stranger.h
libscratch_a_CPPFLAGS = \
	$(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
libtorture_a_SOURCES = \
	%D%/torture.c \
	%D%/torture.h \
	%D%/unit.h
endif
TORTURE_WRAP = \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc \
	-Wl,--wrap=reallocarray -Wl,--wrap=strdup -Wl,--wrap=strndup \
	-Wl,--wrap=free
FAULTS_WRAP = \
	-Wl,--wrap=open -Wl,--wrap=syscall -Wl,--wrap=flock -Wl,--wrap=read \
	-Wl,--wrap=write -Wl,--wrap=fstat -Wl,--wrap=fchown \
	-Wl,--wrap=fchmod -Wl,--wrap=fsync -Wl,--wrap=renameat2 \
	-Wl,--wrap=unlinkat -Wl,--wrap=close
EXTRA_DIST += %D%/coverage.sh t/lint/installed.txt

# For whoever wants them in another order.
.PHONY: list-tests
list-tests:
	@printf '%s\n' $(TESTS)

# After make check in a build with --enable-coverage.
.PHONY: coverage
coverage:
	$(SHELL) $(srcdir)/t/lib/coverage.sh $(srcdir) .
