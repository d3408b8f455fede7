STORE_ENV = %D%/store_env.c %D%/store_env.h

check_PROGRAMS += %D%/test_active_ban_page
%C%_test_active_ban_page_SOURCES = %D%/test_active_ban_page.c $(STORE_ENV)
%C%_test_active_ban_page_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
%C%_test_active_ban_page_LDADD = \
	libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_manual_ban_store
%C%_test_manual_ban_store_SOURCES = %D%/test_manual_ban_store.c $(STORE_ENV)
%C%_test_manual_ban_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
%C%_test_manual_ban_store_LDADD = \
	libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_store
%C%_test_store_SOURCES = %D%/test_store.c $(STORE_ENV)
%C%_test_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_geo_cache_store
%C%_test_geo_cache_store_SOURCES = %D%/test_geo_cache_store.c $(STORE_ENV)
%C%_test_geo_cache_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_geo_cache_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_store
%C%_test_ban_store_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_store_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

ARCHIVE_ENV = %D%/archive_env.c %D%/archive_env.h

check_PROGRAMS += %D%/test_ban_count
%C%_test_ban_count_SOURCES = %D%/test_ban_count.c $(ARCHIVE_ENV)
%C%_test_ban_count_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_count_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_find
%C%_test_ban_find_SOURCES = %D%/test_ban_find.c $(ARCHIVE_ENV)
%C%_test_ban_find_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_find_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_periods
%C%_test_ban_periods_SOURCES = %D%/test_ban_periods.c $(ARCHIVE_ENV)
%C%_test_ban_periods_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_periods_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_ban_text
%C%_test_ban_text_SOURCES = %D%/test_ban_text.c $(ARCHIVE_ENV)
%C%_test_ban_text_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_text_LDADD = libscratch.a libstore.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)
