check_PROGRAMS += \
	%D%/test_decode \
	%D%/test_scan \
	%D%/test_write
JSON_TEST_LIBS = libjson.a libbase.a $(JSONC_LIBS) $(CMOCKA_LIBS)
JSON_TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
%C%_test_decode_CPPFLAGS = $(JSON_TEST_CPPFLAGS)
%C%_test_decode_LDADD = $(JSON_TEST_LIBS)
%C%_test_scan_CPPFLAGS = $(JSON_TEST_CPPFLAGS)
%C%_test_scan_LDADD = $(JSON_TEST_LIBS)
%C%_test_write_CPPFLAGS = $(JSON_TEST_CPPFLAGS)
%C%_test_write_LDADD = $(JSON_TEST_LIBS)
