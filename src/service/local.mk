noinst_LIBRARIES += libservice.a
libservice_a_SOURCES = \
	%D%/app.h \
	%D%/auth.h \
	%D%/bans.h \
	%D%/jails.h \
	%D%/status.h
libservice_a_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPT_CFLAGS)
