# The worker with routes that crash and hang: built for tests, not installed.
EXTRA_PROGRAMS += %D%/bangui-fcgi-hooks
check_DATA += %D%/bangui-fcgi-hooks$(EXEEXT)
CLEANFILES += %D%/bangui-fcgi-hooks$(EXEEXT)
%C%_bangui_fcgi_hooks_SOURCES = \
	%D%/main.c \
	%D%/routes.c \
	%D%/routes.h
%C%_bangui_fcgi_hooks_LDADD = $(LIBS_POOL) $(DEPS_API)
