check_PROGRAMS += \
	%D%/test_dispatch \
	%D%/test_etag \
	%D%/test_problem \
	%D%/test_reply \
	%D%/test_request \
	%D%/test_route \
	%D%/test_stream
HTTP_TEST_LIBS = libhttp.a libjson.a libbase.a $(JSONC_LIBS) $(SODIUM_LIBS) $(CMOCKA_LIBS)
%C%_test_dispatch_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_dispatch_LDADD = libtorture.a $(HTTP_TEST_LIBS)
%C%_test_etag_LDADD = $(HTTP_TEST_LIBS)
%C%_test_problem_LDADD = $(HTTP_TEST_LIBS)
%C%_test_reply_LDADD = $(HTTP_TEST_LIBS)
%C%_test_request_LDADD = $(HTTP_TEST_LIBS)
%C%_test_route_LDADD = $(HTTP_TEST_LIBS)
%C%_test_stream_LDADD = $(HTTP_TEST_LIBS)
