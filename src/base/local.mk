noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/addr.c \
	%D%/addr.h \
	%D%/addr_kind.c \
	%D%/addr_kind.h \
	%D%/banned.h \
	%D%/buf.c \
	%D%/buf.h \
	%D%/counters.c \
	%D%/counters.h \
	%D%/error.c \
	%D%/error.h \
	%D%/file.c \
	%D%/file.h \
	%D%/geo_answer.c \
	%D%/geo_answer.h \
	%D%/limits.h \
	%D%/log.c \
	%D%/log.h \
	%D%/macros.h \
	%D%/num.c \
	%D%/num.h \
	%D%/options.c \
	%D%/options.h \
	%D%/own_addr.c \
	%D%/own_addr.h \
	%D%/own_way.c \
	%D%/own_way.h \
	%D%/owner.c \
	%D%/owner.h \
	%D%/random.c \
	%D%/random.h \
	%D%/setting.c \
	%D%/setting.h \
	%D%/settings.c \
	%D%/settings.h \
	%D%/str.c \
	%D%/str.h \
	%D%/time.c \
	%D%/time.h
# Paths are known when make runs, not before: the user may override them.
libbase_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DSYSCONFDIR='"$(sysconfdir)"' \
	-DLOCALSTATEDIR='"$(localstatedir)"' \
	-DFAIL2BAN_CONF_DIR='"$(FAIL2BANCONFDIR)"' \
	-DGATE_SOCKET='"$(runstatedir)/bangui/gate.sock"'
