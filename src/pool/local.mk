noinst_LIBRARIES += libpool.a
libpool_a_SOURCES = \
	%D%/master.c \
	%D%/master.h \
	%D%/program.c \
	%D%/program.h \
	%D%/worker.c \
	%D%/worker.h
