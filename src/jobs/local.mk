noinst_LIBRARIES += libjobs.a
libjobs_a_SOURCES = \
	%D%/geo.c \
	%D%/geo_http.c \
	%D%/guard.c \
	%D%/ipapi.c \
	%D%/ipapi.h \
	%D%/job.h \
	%D%/lane.c \
	%D%/lane.h \
	%D%/list_load.c \
	%D%/list_load.h \
	%D%/progress.c \
	%D%/runner.c \
	%D%/runner.h \
	%D%/stop.c \
	%D%/stop.h \
	%D%/types.c \
	%D%/unban_due.c
