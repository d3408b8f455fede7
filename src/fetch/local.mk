noinst_LIBRARIES += libfetch.a
libfetch_a_SOURCES = \
	%D%/fetch.c \
	%D%/fetch.h \
	%D%/policy.c \
	%D%/policy.h
libfetch_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
