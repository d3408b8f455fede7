noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES = \
	%D%/dispatch.c \
	%D%/dispatch.h \
	%D%/etag.c \
	%D%/etag.h \
	%D%/problem.c \
	%D%/problem.h \
	%D%/reply.c \
	%D%/reply.h \
	%D%/request.c \
	%D%/request.h \
	%D%/route.c \
	%D%/route.h \
	%D%/server.c \
	%D%/server.h \
	%D%/site.h
libhttp_a_CPPFLAGS = $(AM_CPPFLAGS) $(FCGI_CFLAGS) $(SODIUM_CFLAGS)
