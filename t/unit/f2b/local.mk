check_PROGRAMS += %D%/test_arena
t_unit_f2b_test_arena_LDADD = libf2b.a libbase.a $(CMOCKA_LIBS)

check_LIBRARIES += libfixtures.a
libfixtures_a_SOURCES = \
	t/lib/fixtures.c \
	t/lib/fixtures.h \
	t/lib/pickle_json.c \
	t/lib/pickle_json.h

check_PROGRAMS += %D%/test_pickle
t_unit_f2b_test_pickle_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
t_unit_f2b_test_pickle_LDADD = \
	libfixtures.a libf2b.a libbase.a $(CMOCKA_LIBS) $(JSONC_LIBS)

check_PROGRAMS += %D%/test_pickle_damage
t_unit_f2b_test_pickle_damage_SOURCES = \
	%D%/test_pickle_damage.c \
	t/lib/heap_peak.c \
	t/lib/heap_peak.h
t_unit_f2b_test_pickle_damage_LDFLAGS = $(AM_LDFLAGS) $(HEAP_PEAK_WRAP)
t_unit_f2b_test_pickle_damage_LDADD = \
	libfixtures.a libf2b.a libbase.a $(CMOCKA_LIBS)
HEAP_PEAK_WRAP = \
	-Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=reallocarray \
	-Wl,--wrap=free

check_PROGRAMS += %D%/test_pickle_limits
t_unit_f2b_test_pickle_limits_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_pickle_limits_LDADD = \
	libtorture.a libfixtures.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_policy
t_unit_f2b_test_policy_LDADD = libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_pickle_write
t_unit_f2b_test_pickle_write_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_pickle_write_LDADD = \
	libtorture.a libf2b.a libdb.a libbase.a $(SQLITE_LIBS) $(SODIUM_LIBS) $(CMOCKA_LIBS)

GATE_CASE = \
	%D%/gate_case.c \
	%D%/gate_case.h
GATE_LIBS = \
	libtorture.a libfakef2b.a libscratch.a libf2b.a libdb.a libbase.a \
	$(SQLITE_LIBS) $(SODIUM_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_gate
t_unit_f2b_test_gate_SOURCES = %D%/test_gate.c $(GATE_CASE)
t_unit_f2b_test_gate_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_gate_LDADD = $(GATE_LIBS)

check_PROGRAMS += %D%/test_gate_conf
t_unit_f2b_test_gate_conf_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_gate_conf_LDADD = $(GATE_LIBS)

check_PROGRAMS += %D%/test_gate_history
t_unit_f2b_test_gate_history_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) \
	$(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
t_unit_f2b_test_gate_history_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_gate_history_LDADD = libf2b_db.a $(GATE_LIBS)

check_PROGRAMS += %D%/test_turn
t_unit_f2b_test_turn_LDADD = libscratch.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_LIBRARIES += libfakef2b.a
libfakef2b_a_SOURCES = \
	t/lib/fake_f2b.c \
	t/lib/fake_f2b.h

WIRE_CASE = \
	%D%/wire_case.c \
	%D%/wire_case.h

check_PROGRAMS += %D%/test_wire
t_unit_f2b_test_wire_SOURCES = %D%/test_wire.c $(WIRE_CASE)
t_unit_f2b_test_wire_LDADD = \
	libfakef2b.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_wire_deadline
t_unit_f2b_test_wire_deadline_SOURCES = %D%/test_wire_deadline.c $(WIRE_CASE)
t_unit_f2b_test_wire_deadline_LDADD = \
	libfakef2b.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_wire_greet
t_unit_f2b_test_wire_greet_SOURCES = %D%/test_wire_greet.c $(WIRE_CASE)
t_unit_f2b_test_wire_greet_LDADD = \
	libfakef2b.a libf2b.a libbase.a $(CMOCKA_LIBS)

CMD_CASE = \
	%D%/cmd_case.c \
	%D%/cmd_case.h

check_PROGRAMS += %D%/test_cmd
t_unit_f2b_test_cmd_SOURCES = %D%/test_cmd.c $(CMD_CASE)
t_unit_f2b_test_cmd_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_cmd_LDADD = \
	libtorture.a libfakef2b.a libfixtures.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_cmd_answers
t_unit_f2b_test_cmd_answers_SOURCES = %D%/test_cmd_answers.c $(CMD_CASE)
t_unit_f2b_test_cmd_answers_LDADD = \
	libfakef2b.a libfixtures.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_db
%C%_test_ban_db_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_db_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ban_db_LDADD = \
	libtorture.a libscratch.a libf2b_db.a libf2b.a libdb.a libbase.a \
	$(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf_text
t_unit_f2b_test_conf_text_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_conf_text_LDADD = \
	libtorture.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf_option
t_unit_f2b_test_conf_option_LDADD = libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_run
t_unit_f2b_test_run_LDADD = \
	libscratch.a libf2b.a libbase.a $(CMOCKA_LIBS)
EXTRA_t_unit_f2b_test_run_DEPENDENCIES = t/lib/stand_in$(EXEEXT)

check_PROGRAMS += %D%/test_commit
t_unit_f2b_test_commit_LDFLAGS = $(AM_LDFLAGS) $(FAULTS_WRAP)
t_unit_f2b_test_commit_LDADD = \
	libfaults.a libscratch.a libf2b.a libbase.a $(SODIUM_LIBS) \
	$(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf_stream
t_unit_f2b_test_conf_stream_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_conf_stream_LDADD = \
	libtorture.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf_read
t_unit_f2b_test_conf_read_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
t_unit_f2b_test_conf_read_LDADD = \
	libtorture.a libscratch.a libf2b.a libbase.a $(CMOCKA_LIBS)
