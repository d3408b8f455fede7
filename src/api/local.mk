noinst_LIBRARIES += libapi.a
libapi_a_SOURCES = \
	%D%/guard.h \
	%D%/routes.h
