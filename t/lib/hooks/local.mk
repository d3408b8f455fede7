# The worker with routes that crash and hang: built for tests, not installed.
EXTRA_PROGRAMS += %D%/bangui-fcgi-hooks
check_DATA += %D%/bangui-fcgi-hooks$(EXEEXT)
CLEANFILES += %D%/bangui-fcgi-hooks$(EXEEXT)
%C%_bangui_fcgi_hooks_SOURCES = \
	%D%/main.c \
	%D%/routes.c \
	%D%/routes.h
%C%_bangui_fcgi_hooks_LDADD = $(LIBS_POOL) $(DEPS_API)

# The job runner with jobs that fail in every way.
EXTRA_PROGRAMS += %D%/bangui-jobs-hooks
check_DATA += %D%/bangui-jobs-hooks$(EXEEXT)
CLEANFILES += %D%/bangui-jobs-hooks$(EXEEXT)
%C%_bangui_jobs_hooks_SOURCES = %D%/jobs.c
%C%_bangui_jobs_hooks_LDADD = $(LIBS_JOBS) $(DEPS_JOBS)
