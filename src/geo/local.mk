noinst_LIBRARIES += libgeo.a
libgeo_a_SOURCES = \
	%D%/copy.c \
	%D%/copy.h \
	%D%/layout.c \
	%D%/layout.h \
	%D%/memo.c \
	%D%/memo.h \
	%D%/mmdb.c \
	%D%/mmdb.h \
	%D%/record.c \
	%D%/record.h \
	%D%/value.c \
	%D%/value.h
libgeo_a_CPPFLAGS = $(AM_CPPFLAGS) $(MAXMINDDB_CFLAGS)
