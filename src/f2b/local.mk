noinst_LIBRARIES += libf2b.a
libf2b_a_SOURCES = \
	%D%/arena.c \
	%D%/ban_db.c \
	%D%/ban_db_rows.c \
	%D%/cmd.c \
	%D%/cmd_ban.c \
	%D%/cmd_jail.c \
	%D%/cmd_server.c \
	%D%/pickle_decode.c \
	%D%/pickle_encode.c \
	%D%/pickle_make.c \
	%D%/pickle_memo.c \
	%D%/pickle_op.c \
	%D%/policy.c \
	%D%/result.c \
	%D%/turn.c \
	%D%/wire.c \
	%D%/arena.h \
	%D%/ask.h \
	%D%/ban_db.h \
	%D%/ban_db_rows.h \
	%D%/cmd.h \
	%D%/frame.h \
	%D%/pickle.h \
	%D%/pickle_make.h \
	%D%/pickle_memo.h \
	%D%/pickle_op.h \
	%D%/policy.h \
	%D%/result.h \
	%D%/turn.h \
	%D%/wire.h
