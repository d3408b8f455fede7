check_PROGRAMS += \
	%D%/test_decode \
	%D%/test_scan \
	%D%/test_write
JSON_TEST_LIBS = libjson.a libbase.a $(JSONC_LIBS) $(CMOCKA_LIBS)
%C%_test_decode_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP) \
	-Wl,--wrap=explicit_bzero -Wl,--wrap=__explicit_bzero_chk \
	-Wl,--wrap=json_tokener_new_ex -Wl,--wrap=json_tokener_parse_ex
%C%_test_decode_LDADD = libtorture.a $(JSON_TEST_LIBS)
%C%_test_scan_LDADD = $(JSON_TEST_LIBS)
%C%_test_write_LDADD = $(JSON_TEST_LIBS)

check_PROGRAMS += %D%/test_rows
%C%_test_rows_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
%C%_test_rows_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_rows_LDADD = libtorture.a $(JSON_TEST_LIBS)
