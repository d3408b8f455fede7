JOBS_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)

check_PROGRAMS += %D%/test_ipapi
%C%_test_ipapi_CPPFLAGS = $(JOBS_TEST_CPPFLAGS)
%C%_test_ipapi_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ipapi_LDADD = libtorture.a libjobs.a libjson.a libbase.a \
	$(JSONC_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_geo_http
%C%_test_geo_http_SOURCES = %D%/test_geo_http.c \
	t/unit/service/auth_env.c t/unit/service/auth_env.h
%C%_test_geo_http_CPPFLAGS = $(JOBS_TEST_CPPFLAGS)
%C%_test_geo_http_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=settings_is_preset
%C%_test_geo_http_LDADD = libraw_server.a libscratch.a $(LIBS_JOBS) \
	$(DEPS_JOBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_list_load
%C%_test_list_load_CPPFLAGS = $(JOBS_TEST_CPPFLAGS)
%C%_test_list_load_LDADD = libraw_server.a $(LIBS_JOBS) $(DEPS_JOBS) \
	$(CMOCKA_LIBS)
