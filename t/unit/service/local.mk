SERVICE_TEST_LIBS = libscratch.a $(LIBS_SERVICE) $(DEPS_SERVICE) $(CMOCKA_LIBS)
SERVICE_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir) $(CMOCKA_CFLAGS)
AUTH_ENV = %D%/auth_env.c %D%/auth_env.h

check_PROGRAMS += %D%/test_auth_password
%C%_test_auth_password_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_password_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_secret
%C%_test_auth_secret_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_secret_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_session
%C%_test_auth_session_SOURCES = %D%/test_auth_session.c $(AUTH_ENV)
%C%_test_auth_session_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_session_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += \
	%D%/test_bans_cursor \
	%D%/test_bans_diff \
	%D%/test_bans_judge
%C%_test_bans_cursor_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_bans_cursor_LDADD = $(SERVICE_TEST_LIBS)
%C%_test_bans_diff_SOURCES = %D%/test_bans_diff.c $(AUTH_ENV)
%C%_test_bans_diff_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_bans_diff_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_bans_diff_LDADD = libtorture.a $(SERVICE_TEST_LIBS)
%C%_test_bans_judge_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_bans_judge_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_bans_judge_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_lockout
%C%_test_lockout_SOURCES = %D%/test_lockout.c $(AUTH_ENV)
%C%_test_lockout_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_lockout_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_lockout_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_ban_cursor %D%/test_ban_list %D%/test_list_page
%C%_test_ban_cursor_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_ban_cursor_LDADD = $(SERVICE_TEST_LIBS)
%C%_test_list_page_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_list_page_LDADD = $(SERVICE_TEST_LIBS)
%C%_test_ban_list_SOURCES = %D%/test_ban_list.c $(ARCHIVE_ENV)
%C%_test_ban_list_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_ban_list_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ban_list_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_logs
%C%_test_logs_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_logs_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_logs_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_query_list
%C%_test_query_list_SOURCES = %D%/test_query_list.c $(ARCHIVE_ENV)
%C%_test_query_list_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_query_list_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_query_list_LDADD = libquery_print.a libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_query_help
%C%_test_query_help_SOURCES = %D%/test_query_help.c $(ARCHIVE_ENV)
%C%_test_query_help_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_query_help_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_query_help_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_query_parse
%C%_test_query_parse_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_query_parse_LDADD = libquery_print.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_ban_evidence
%C%_test_ban_evidence_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_ban_evidence_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ban_evidence_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_events
%C%_test_events_SOURCES = %D%/test_events.c $(ARCHIVE_ENV)
%C%_test_events_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_events_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_events_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_ranges
%C%_test_ranges_SOURCES = %D%/test_ranges.c $(ARCHIVE_ENV)
%C%_test_ranges_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_ranges_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ranges_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_stats_top
%C%_test_stats_top_SOURCES = %D%/test_stats_top.c $(ARCHIVE_ENV)
%C%_test_stats_top_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_stats_top_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_stats_top_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_stats_jails
%C%_test_stats_jails_SOURCES = %D%/test_stats_jails.c $(ARCHIVE_ENV)
%C%_test_stats_jails_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_stats_jails_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_stats_jails_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_throttle
%C%_test_auth_throttle_SOURCES = %D%/test_auth_throttle.c $(AUTH_ENV)
%C%_test_auth_throttle_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_throttle_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_geo
%C%_test_geo_SOURCES = %D%/test_geo.c $(AUTH_ENV)
%C%_test_geo_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_geo_LDADD = libmmdb_maker.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_setup
%C%_test_auth_setup_SOURCES = %D%/test_auth_setup.c $(AUTH_ENV)
%C%_test_auth_setup_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_setup_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_login
%C%_test_auth_login_SOURCES = %D%/test_auth_login.c $(AUTH_ENV)
%C%_test_auth_login_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_login_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_torture
%C%_test_auth_torture_SOURCES = %D%/test_auth_torture.c $(AUTH_ENV)
%C%_test_auth_torture_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_torture_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_auth_torture_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_task %D%/test_jobs
%C%_test_task_SOURCES = %D%/test_task.c $(AUTH_ENV)
%C%_test_task_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_task_LDADD = $(SERVICE_TEST_LIBS)
%C%_test_jobs_SOURCES = %D%/test_jobs.c $(AUTH_ENV)
%C%_test_jobs_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_jobs_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_metrics
%C%_test_metrics_SOURCES = %D%/test_metrics.c $(AUTH_ENV)
%C%_test_metrics_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_metrics_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_metrics_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_app
%C%_test_app_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_app_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_idempotency
%C%_test_idempotency_SOURCES = %D%/test_idempotency.c $(AUTH_ENV)
%C%_test_idempotency_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_idempotency_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_idempotency_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_audit
%C%_test_audit_SOURCES = %D%/test_audit.c $(AUTH_ENV)
%C%_test_audit_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_audit_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_auth_token
%C%_test_auth_token_SOURCES = %D%/test_auth_token.c $(AUTH_ENV)
%C%_test_auth_token_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_token_LDADD = $(SERVICE_TEST_LIBS)
HISTORY_ENV = $(AUTH_ENV) %D%/history_env.c %D%/history_env.h

check_PROGRAMS += %D%/test_history %D%/test_history_faults
%C%_test_history_SOURCES = %D%/test_history.c $(HISTORY_ENV)
%C%_test_history_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_history_LDADD = libf2b_db.a $(SERVICE_TEST_LIBS)
%C%_test_history_faults_SOURCES = %D%/test_history_faults.c $(HISTORY_ENV)
%C%_test_history_faults_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_history_faults_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_history_faults_LDADD = libtorture.a libf2b_db.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_geo_quota
%C%_test_geo_quota_SOURCES = %D%/test_geo_quota.c $(AUTH_ENV)
%C%_test_geo_quota_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_geo_quota_LDADD = $(SERVICE_TEST_LIBS)


check_PROGRAMS += %D%/test_auth_change
%C%_test_auth_change_SOURCES = %D%/test_auth_change.c $(AUTH_ENV)
%C%_test_auth_change_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_auth_change_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_auth_change_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_bans_where
%C%_test_bans_where_SOURCES = %D%/test_bans_where.c $(AUTH_ENV)
%C%_test_bans_where_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_bans_where_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_bans_where_LDADD = libtorture.a libmmdb_maker.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_retention_bans
%C%_test_retention_bans_SOURCES = %D%/test_retention_bans.c $(AUTH_ENV)
%C%_test_retention_bans_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_retention_bans_LDADD = $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_retention
%C%_test_retention_SOURCES = %D%/test_retention.c $(AUTH_ENV)
%C%_test_retention_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS) $(SQLITE_CFLAGS)
%C%_test_retention_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_retention_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_ips
%C%_test_ips_SOURCES = %D%/test_ips.c $(AUTH_ENV)
%C%_test_ips_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_ips_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_ips_LDADD = libtorture.a $(SERVICE_TEST_LIBS)

check_PROGRAMS += %D%/test_list_range %D%/test_list_read
%C%_test_list_range_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_list_range_LDADD = $(SERVICE_TEST_LIBS)
%C%_test_list_read_CPPFLAGS = $(SERVICE_TEST_CPPFLAGS)
%C%_test_list_read_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
%C%_test_list_read_LDADD = libtorture.a $(SERVICE_TEST_LIBS)
