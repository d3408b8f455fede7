check_PROGRAMS += %D%/test_care %D%/test_db %D%/test_migrate %D%/test_txn
DB_TEST_LIBS = libscratch.a libdb.a libbase.a $(SQLITE_LIBS) $(CMOCKA_LIBS)
DB_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
%C%_test_care_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_care_LDADD = $(DB_TEST_LIBS)
%C%_test_db_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_db_LDADD = $(DB_TEST_LIBS)
%C%_test_txn_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_txn_LDADD = $(DB_TEST_LIBS)
%C%_test_migrate_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_migrate_LDADD = $(DB_TEST_LIBS)

check_PROGRAMS += %D%/test_faults
%C%_test_faults_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_faults_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_faults_LDADD = libtorture.a $(DB_TEST_LIBS)

check_PROGRAMS += %D%/test_once
%C%_test_once_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_once_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_once_LDADD = libtorture.a $(DB_TEST_LIBS)

check_PROGRAMS += %D%/test_backup
%C%_test_backup_CPPFLAGS = $(DB_TEST_CPPFLAGS)
%C%_test_backup_LDADD = $(DB_TEST_LIBS)
