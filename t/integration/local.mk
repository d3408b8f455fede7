# Real parts: nginx, fail2ban and the pool, each test with a stack of its own.
# One file a line, so that additions do not collide.
INTEGRATION_TESTS =
INTEGRATION_TESTS += %D%/allowlist.mjs
INTEGRATION_TESTS += %D%/api_account.mjs
INTEGRATION_TESTS += %D%/api_archive.mjs
INTEGRATION_TESTS += %D%/api_bans.mjs
INTEGRATION_TESTS += %D%/api_database_away.mjs
INTEGRATION_TESTS += %D%/api_fail2ban_away.mjs
INTEGRATION_TESTS += %D%/api_input.mjs
INTEGRATION_TESTS += %D%/api_signin.mjs
INTEGRATION_TESTS += %D%/api_walk.mjs
INTEGRATION_TESTS += %D%/audit.mjs
INTEGRATION_TESTS += %D%/config.mjs
INTEGRATION_TESTS += %D%/export.mjs
INTEGRATION_TESTS += %D%/gate.mjs
INTEGRATION_TESTS += %D%/geo.mjs
INTEGRATION_TESTS += %D%/geo_http.mjs
INTEGRATION_TESTS += %D%/history.mjs
INTEGRATION_TESTS += %D%/hung.mjs
INTEGRATION_TESTS += %D%/idempotency.mjs
INTEGRATION_TESTS += %D%/jails.mjs
INTEGRATION_TESTS += %D%/jobs.mjs
INTEGRATION_TESTS += %D%/manual_bans.mjs
INTEGRATION_TESTS += %D%/logs.mjs
INTEGRATION_TESTS += %D%/cli.mjs
INTEGRATION_TESTS += %D%/nginx.mjs
INTEGRATION_TESTS += %D%/pool.mjs
INTEGRATION_TESTS += %D%/reaper.mjs
INTEGRATION_TESTS += %D%/requests.mjs
INTEGRATION_TESTS += %D%/self_protection.mjs
INTEGRATION_TESTS += %D%/sockets.mjs
INTEGRATION_TESTS += %D%/stack.mjs
INTEGRATION_TESTS += %D%/streams.mjs
INTEGRATION_TESTS += %D%/throttle.mjs
TESTS += $(INTEGRATION_TESTS)
# Those for which it is the same whether BanGUI asks fail2ban or a gate, so that
# they are run once: there is no fail2ban in them, and the last has a gate
# always. The others are run in both ways.
UNGATED_TESTS =
UNGATED_TESTS += %D%/nginx.mjs
UNGATED_TESTS += %D%/pool.mjs
UNGATED_TESTS += %D%/reaper.mjs
UNGATED_TESTS += %D%/requests.mjs
UNGATED_TESTS += %D%/streams.mjs
UNGATED_TESTS += %D%/gate.mjs
EXTRA_DIST += $(INTEGRATION_TESTS)

if HAVE_CMOCKA
check_PROGRAMS += %D%/test_f2b
t_integration_test_f2b_LDADD = \
	libreal_f2b.a libf2b.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf
t_integration_test_conf_LDADD = \
	libreal_f2b.a libf2b.a libdb.a libbase.a $(SQLITE_LIBS) $(SODIUM_LIBS) \
	$(CMOCKA_LIBS)

check_PROGRAMS += %D%/test_conf_read
t_integration_test_conf_read_LDADD = \
	libscratch.a libf2b.a libbase.a $(SODIUM_LIBS) $(CMOCKA_LIBS)
endif
