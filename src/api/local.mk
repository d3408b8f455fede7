noinst_LIBRARIES += libapi.a
libapi_a_SOURCES = \
	%D%/active_ban_filter.c \
	%D%/active_ban_filter.h \
	%D%/active_ban_json.c \
	%D%/active_ban_json.h \
	%D%/active_bans.c \
	%D%/audit.c \
	%D%/audit_filter.c \
	%D%/audit_filter.h \
	%D%/audit_json.c \
	%D%/audit_json.h \
	%D%/auth.c \
	%D%/ban_detail.c \
	%D%/ban_filter.c \
	%D%/ban_filter.h \
	%D%/ban_json.c \
	%D%/ban_json.h \
	%D%/bans.c \
	%D%/bans_query.c \
	%D%/config.c \
	%D%/cookie.c \
	%D%/cookie.h \
	%D%/csv.c \
	%D%/csv.h \
	%D%/events.c \
	%D%/export.c \
	%D%/csv_rows.c \
	%D%/csv_rows.h \
	%D%/geo.c \
	%D%/geo_json.c \
	%D%/geo_json.h \
	%D%/guard.c \
	%D%/guard.h \
	%D%/handlers.h \
	%D%/health.c \
	%D%/ip_filter.c \
	%D%/ip_filter.h \
	%D%/ips.c \
	%D%/jail_acts.c \
	%D%/jail_json.c \
	%D%/jail_json.h \
	%D%/jail_set.c \
	%D%/jails.c \
	%D%/logs.c \
	%D%/jobs.c \
	%D%/allow_json.h \
	%D%/allowlist.c \
	%D%/lockout_json.c \
	%D%/lockout_json.h \
	%D%/metrics.c \
	%D%/once.c \
	%D%/once.h \
	%D%/openapi.c \
	%D%/openapi.h \
	%D%/password.c \
	%D%/query.c \
	%D%/query.h \
	%D%/routes.c \
	%D%/routes.h \
	%D%/scopes.c \
	%D%/scopes.h \
	%D%/sessions.c \
	%D%/stats.c \
	%D%/status.c \
	%D%/tokens.c
nodist_libapi_a_SOURCES = %D%/openapi_text.c
CLEANFILES += %D%/openapi_text.c

%D%/openapi_text.c: doc/openapi.yaml doc/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	LC_ALL=C $(AWK) -f $(srcdir)/doc/embed.awk $(srcdir)/doc/openapi.yaml \
	  > $@.tmp && mv $@.tmp $@
