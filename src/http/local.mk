noinst_LIBRARIES += libhttp.a
libhttp_a_SOURCES = \
	%D%/reply.h \
	%D%/request.h \
	%D%/route.h \
	%D%/server.h
libhttp_a_CPPFLAGS = $(AM_CPPFLAGS) $(FCGI_CFLAGS)
