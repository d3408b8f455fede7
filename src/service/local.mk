noinst_LIBRARIES += libservice.a
libservice_a_SOURCES = \
	%D%/app.c \
	%D%/app.h \
	%D%/auth.h \
	%D%/auth_password.c \
	%D%/auth_password.h \
	%D%/auth_prove.c \
	%D%/auth_prove.h \
	%D%/auth_secret.c \
	%D%/auth_secret.h \
	%D%/auth_session.c \
	%D%/auth_setup.c \
	%D%/auth_slot.c \
	%D%/auth_throttle.c \
	%D%/auth_throttle.h \
	%D%/auth_token.c \
	%D%/auth_token.h \
	%D%/ban_key.c \
	%D%/ban_key.h \
	%D%/bans.c \
	%D%/bans.h \
	%D%/bans_act.c \
	%D%/bans_cursor.c \
	%D%/bans_cursor.h \
	%D%/bans_diff.c \
	%D%/bans_diff.h \
	%D%/bans_judge.c \
	%D%/bans_judge.h \
	%D%/bans_refresh.c \
	%D%/bans_refresh.h \
	%D%/geo.c \
	%D%/geo.h \
	%D%/health.c \
	%D%/health.h \
	%D%/history.c \
	%D%/history.h \
	%D%/history_copy.c \
	%D%/history_copy.h \
	%D%/history_look.c \
	%D%/history_look.h \
	%D%/jails.c \
	%D%/jails.h \
	%D%/status.c \
	%D%/status.h
libservice_a_CPPFLAGS = $(AM_CPPFLAGS) $(SODIUM_CFLAGS) $(CRYPT_CFLAGS)
