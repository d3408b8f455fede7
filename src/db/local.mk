noinst_LIBRARIES += libdb.a
libdb_a_SOURCES = \
	%D%/db.h \
	%D%/migrate.h
libdb_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
