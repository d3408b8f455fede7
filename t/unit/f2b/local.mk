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
