GEO_TEST_LIBS = libscratch.a libmmdb_maker.a libgeo.a libbase.a \
	$(MAXMINDDB_LIBS) $(CMOCKA_LIBS)
GEO_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)

check_PROGRAMS += \
	%D%/test_copy \
	%D%/test_layout \
	%D%/test_mmdb \
	%D%/test_value
%C%_test_copy_CPPFLAGS = $(GEO_TEST_CPPFLAGS)
%C%_test_copy_LDADD = $(GEO_TEST_LIBS)
%C%_test_layout_CPPFLAGS = $(GEO_TEST_CPPFLAGS)
%C%_test_layout_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_layout_LDADD = libtorture.a $(GEO_TEST_LIBS)
%C%_test_mmdb_CPPFLAGS = $(GEO_TEST_CPPFLAGS)
%C%_test_mmdb_LDADD = $(GEO_TEST_LIBS)
%C%_test_value_CPPFLAGS = $(GEO_TEST_CPPFLAGS)
%C%_test_value_LDADD = $(GEO_TEST_LIBS)
