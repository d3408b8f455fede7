check_PROGRAMS += \
	%D%/test_auth_session
SERVICE_TEST_LIBS = libscratch.a $(LIBS_SERVICE) $(DEPS_SERVICE) $(CMOCKA_LIBS)
SERVICE_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
AUTH_ENV = %D%/auth_env.c %D%/auth_env.h
%C%_test_auth_session_SOURCES = %D%/test_auth_session.c $(AUTH_ENV)
%C%_test_auth_session_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_session_LDADD = $(SERVICE_TEST_LIBS)
