noinst_LIBRARIES += libjson.a
libjson_a_SOURCES = \
	%D%/decode.c \
	%D%/decode.h \
	%D%/scan.c \
	%D%/scan.h \
	%D%/write.c \
	%D%/write.h
libjson_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS)
