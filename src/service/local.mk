noinst_LIBRARIES += libservice.a
libservice_a_SOURCES = \
	%D%/app.c \
	%D%/app.h \
	%D%/auth.h \
	%D%/auth_password.c \
	%D%/auth_password.h \
	%D%/auth_secret.c \
	%D%/auth_secret.h \
	%D%/auth_session.c \
	%D%/auth_setup.c \
	%D%/auth_slot.c \
	%D%/auth_throttle.c \
	%D%/auth_throttle.h \
	%D%/bans.h \
	%D%/jails.h \
	%D%/status.h
libservice_a_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPT_CFLAGS)
