check_PROGRAMS += %D%/test_active_ban_page
%C%_test_active_ban_page_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
%C%_test_active_ban_page_LDADD = \
	libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_store
%C%_test_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_geo_cache_store
%C%_test_geo_cache_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_geo_cache_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_store
%C%_test_ban_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)
