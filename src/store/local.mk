noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	%D%/active_ban_page.c \
	%D%/active_ban_page.h \
	%D%/active_ban_store.c \
	%D%/active_ban_store.h \
	%D%/active_ban_where.c \
	%D%/active_ban_where.h \
	%D%/audit_row.c \
	%D%/audit_row.h \
	%D%/audit_store.c \
	%D%/audit_store.h \
	%D%/ban_count.c \
	%D%/ban_count.h \
	%D%/ban_find.c \
	%D%/ban_find.h \
	%D%/ban_of_key.c \
	%D%/ban_of_key.h \
	%D%/ban_periods.c \
	%D%/ban_periods.h \
	%D%/ban_store.c \
	%D%/ban_store.h \
	%D%/ban_sum_store.c \
	%D%/ban_sum_store.h \
	%D%/geo_cache_store.c \
	%D%/geo_cache_store.h \
	%D%/geo_quota_store.c \
	%D%/geo_quota_store.h \
	%D%/history_store.c \
	%D%/history_store.h \
	%D%/job_store.c \
	%D%/job_store.h \
	%D%/migrations.h \
	%D%/owner_store.c \
	%D%/owner_store.h \
	%D%/retention_store.c \
	%D%/retention_store.h \
	%D%/session_store.c \
	%D%/session_store.h \
	%D%/store.c \
	%D%/store.h \
	%D%/sweep.c \
	%D%/sweep.h \
	%D%/throttle_store.c \
	%D%/throttle_store.h \
	%D%/token_store.c \
	%D%/token_store.h
nodist_libstore_a_SOURCES = %D%/migrations.c
