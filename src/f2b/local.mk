noinst_LIBRARIES += libf2b.a
libf2b_a_SOURCES = \
	%D%/cmd.h \
	%D%/pickle.h
