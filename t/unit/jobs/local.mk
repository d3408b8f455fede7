JOBS_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)

check_PROGRAMS += %D%/test_ipapi
%C%_test_ipapi_CPPFLAGS = $(JOBS_TEST_CPPFLAGS)
%C%_test_ipapi_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ipapi_LDADD = libtorture.a libjobs.a libjson.a libbase.a \
	$(JSONC_LIBS) $(CMOCKA_LIBS)
