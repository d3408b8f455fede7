noinst_LIBRARIES += libcli.a
libcli_a_SOURCES = \
	%D%/access.c \
	%D%/audit.c \
	%D%/backup.c \
	%D%/blocklist.c \
	%D%/cli.h \
	%D%/common.c \
	%D%/config.c \
	%D%/doctor.c \
	%D%/jobs.c \
	%D%/prompt.c \
	%D%/prompt.h \
	%D%/report.c \
	%D%/report.h \
	%D%/tokens.c
