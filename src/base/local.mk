noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/error.c \
	%D%/addr.h \
	%D%/buf.h \
	%D%/error.h \
	%D%/file.h \
	%D%/limits.h \
	%D%/log.h \
	%D%/macros.h \
	%D%/num.h \
	%D%/random.h \
	%D%/settings.h \
	%D%/str.h \
	%D%/time.h
