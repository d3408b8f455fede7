noinst_LIBRARIES += libdb.a
libdb_a_SOURCES = \
	%D%/backup.c \
	%D%/backup.h \
	%D%/care.c \
	%D%/db.c \
	%D%/db.h \
	%D%/foreign.c \
	%D%/handle.h \
	%D%/migrate.c \
	%D%/migrate.h \
	%D%/query.c \
	%D%/result.c \
	%D%/txn.c
libdb_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
