FETCH_TEST_LIBS = libfetch.a libbase.a $(CURL_LIBS) $(CMOCKA_LIBS)
FETCH_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)

check_PROGRAMS += \
	%D%/test_fetch \
	%D%/test_policy
%C%_test_fetch_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
%C%_test_fetch_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_fetch_LDADD = libtorture.a libraw_server.a $(FETCH_TEST_LIBS)
%C%_test_policy_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
%C%_test_policy_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=own_addrs_get
%C%_test_policy_LDADD = $(FETCH_TEST_LIBS)
