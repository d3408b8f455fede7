check_PROGRAMS += \
	%D%/test_ban_filter \
	%D%/test_cookie \
	%D%/test_csv \
	%D%/test_guard \
	%D%/test_ip_filter \
	%D%/test_once \
	%D%/test_query \
	%D%/test_routes
API_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(JSONC_CFLAGS)
API_TEST_LIBS = libscratch.a $(LIBS_API) $(DEPS_API) $(CMOCKA_LIBS)
%C%_test_ban_filter_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_ban_filter_LDADD = $(API_TEST_LIBS)
%C%_test_cookie_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_cookie_LDADD = $(API_TEST_LIBS)
%C%_test_csv_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_csv_LDADD = $(API_TEST_LIBS)
%C%_test_guard_SOURCES = %D%/test_guard.c $(AUTH_ENV)
%C%_test_guard_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_guard_LDADD = $(API_TEST_LIBS)
%C%_test_ip_filter_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_ip_filter_LDADD = $(API_TEST_LIBS)
%C%_test_once_SOURCES = %D%/test_once.c $(AUTH_ENV)
%C%_test_once_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_once_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_once_LDADD = libtorture.a $(API_TEST_LIBS)
%C%_test_query_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_query_LDADD = $(API_TEST_LIBS)
%C%_test_routes_CPPFLAGS = $(API_TEST_CPPFLAGS)
%C%_test_routes_LDADD = $(API_TEST_LIBS)
