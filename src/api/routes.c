/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/routes.h"

#include "api/handlers.h"
#include "base/limits.h"

/* clang-format off */
const struct route API_ROUTES[] = {
	/* method         path                        access               scope        rate        body        handler */
	{ HTTP_GET,      "/api/health/live",         ACCESS_PUBLIC,       SCOPE_NONE,  RATE_NONE,  0,          api_health_live },
	{ HTTP_GET,      "/api/health/ready",        ACCESS_PUBLIC_MORE,  SCOPE_READ,  RATE_READ,  0,          api_health_ready },
	{ HTTP_GET,      "/api/openapi.json",        ACCESS_PUBLIC,       SCOPE_NONE,  RATE_READ,  0,          api_openapi },
	{ HTTP_GET,      "/api/version",             ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_version },

	{ HTTP_GET,      "/api/setup",               ACCESS_PUBLIC,       SCOPE_NONE,  RATE_READ,  0,          api_setup_get },
	{ HTTP_POST,     "/api/setup",               ACCESS_PUBLIC_FORM,  SCOPE_NONE,  RATE_LOGIN, 4096,       api_setup_post },
	{ HTTP_POST,     "/api/auth/login",          ACCESS_PUBLIC_FORM,  SCOPE_NONE,  RATE_LOGIN, 4096,       api_login },
	{ HTTP_POST,     "/api/auth/logout",         ACCESS_PUBLIC_FORM,  SCOPE_NONE,  RATE_WRITE, 0,          api_logout },
	{ HTTP_GET,      "/api/auth/session",        ACCESS_SESSION,      SCOPE_ANY,   RATE_READ,  0,          api_session },
	{ HTTP_POST,     "/api/auth/password",       ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_LOGIN, 8192,       api_password_change },
	{ HTTP_GET,      "/api/auth/sessions",       ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_sessions_list },
	{ HTTP_DELETE,   "/api/auth/sessions",       ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 0,          api_sessions_end_others },
	{ HTTP_DELETE,   "/api/auth/sessions/{id}",  ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 0,          api_sessions_end },
	{ HTTP_POST,     "/api/auth/token",          ACCESS_PUBLIC_FORM,  SCOPE_NONE,  RATE_LOGIN, 4096,       api_token_create },
	{ HTTP_GET,      "/api/auth/tokens",         ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_tokens_list },
	{ HTTP_DELETE,   "/api/auth/tokens/{id}",    ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 0,          api_tokens_revoke },

	{ HTTP_GET,      "/api/status",              ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_status },
	{ HTTP_GET,      "/api/metrics",             ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_metrics },
	{ HTTP_GET,      "/api/jobs",                ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_jobs_list },
	{ HTTP_GET,      "/api/jobs/{id}",           ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_jobs_get },
	{ HTTP_DELETE,   "/api/jobs/{id}",           ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 0,          api_jobs_cancel },
	{ HTTP_GET,      "/api/audit",               ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_audit_list },
	{ HTTP_GET,      "/api/jails",               ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_jails_list },
	{ HTTP_POST,     "/api/jails/reload",        ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_reload },
	{ HTTP_GET,      "/api/jails/{name}",        ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_jails_get },
	{ HTTP_PATCH,    "/api/jails/{name}",        ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_set },
	{ HTTP_GET,      "/api/jails/{name}/ignore-ips", ACCESS_SESSION,  SCOPE_READ,  RATE_READ,  0,          api_jails_ignored },
	{ HTTP_POST,     "/api/jails/{name}/ignore-ips", ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, LIMIT_BODY, api_jails_ignore_add },
	{ HTTP_DELETE,   "/api/jails/{name}/ignore-ips", ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, LIMIT_BODY, api_jails_ignore_remove },
	{ HTTP_POST,     "/api/jails/{name}/start",  ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_start },
	{ HTTP_POST,     "/api/jails/{name}/stop",   ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_stop },
	{ HTTP_POST,     "/api/jails/{name}/idle",   ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_idle },
	{ HTTP_POST,     "/api/jails/{name}/reload", ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 4096,       api_jails_reload },

	{ HTTP_GET,      "/api/config/{kind}",       ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_config_list },
	{ HTTP_GET,      "/api/config/{kind}/{name}", ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_config_get },
	{ HTTP_GET,      "/api/config/{kind}/{name}/raw", ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_config_raw },
	{ HTTP_GET,      "/api/logs/fail2ban",       ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_logs_own },
	{ HTTP_GET,      "/api/logs/preview",        ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_logs_preview },

	{ HTTP_GET,      "/api/geo/stats",           ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_geo_stats },
	{ HTTP_GET,      "/api/geo/{ip}",            ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_geo_get },
	{ HTTP_POST,     "/api/geo/re-resolve",      ACCESS_SESSION_CSRF, SCOPE_ADMIN, RATE_WRITE, 1024,       api_geo_re_resolve },
	{ HTTP_GET,      "/api/ips/{ip}",            ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_ips_get },

	{ HTTP_GET,      "/api/allowlist",           ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_allow_list },
	{ HTTP_POST,     "/api/allowlist",           ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, 8192,       api_allow_add },
	{ HTTP_PATCH,    "/api/allowlist/{id}",      ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, 8192,       api_allow_change },
	{ HTTP_DELETE,   "/api/allowlist/{id}",      ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, 0,          api_allow_remove },

	{ HTTP_GET,      "/api/active-bans",         ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_bans_list },
	{ HTTP_POST,     "/api/active-bans",         ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, LIMIT_BODY, api_bans_add },
	{ HTTP_DELETE,   "/api/active-bans",         ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, LIMIT_BODY, api_bans_remove },
	{ HTTP_DELETE,   "/api/active-bans/all",     ACCESS_SESSION_CSRF, SCOPE_BAN,   RATE_WRITE, 1024,       api_bans_remove_all },

	{ HTTP_GET,      "/api/bans",                ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_archive_list },
	{ HTTP_GET,      "/api/bans/completions",    ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_bans_completions },
	{ HTTP_GET,      "/api/bans/facets",         ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_bans_facets },
	{ HTTP_GET,      "/api/bans/{id}",           ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_archive_get },
	{ HTTP_GET,      "/api/bans/{id}/evidence",  ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_archive_evidence },
	{ HTTP_GET,      "/api/events",              ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_events },
	{ HTTP_GET,      "/api/stats/by-country",    ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_by_country },
	{ HTTP_GET,      "/api/stats/by-asn",        ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_by_asn },
	{ HTTP_GET,      "/api/stats/by-jail",       ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_by_jail },
	{ HTTP_GET,      "/api/stats/trend",         ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_trend },
	{ HTTP_GET,      "/api/stats/ranges",        ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_ranges },
	{ HTTP_GET,      "/api/stats/top-ips",       ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_stats_top_ips },

	{ HTTP_GET,      "/api/export/bans.csv",     ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_export_bans_csv },
	{ HTTP_GET,      "/api/export/bans.ndjson",  ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_export_bans_ndjson },
	{ HTTP_GET,      "/api/export/history.csv",  ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_export_history_csv },
	{ HTTP_GET,      "/api/export/history.ndjson", ACCESS_SESSION,      SCOPE_READ,  RATE_READ,  0,          api_export_history_ndjson },
	{ HTTP_GET,      "/api/export/audit.csv",    ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_export_audit_csv },
	{ HTTP_GET,      "/api/export/audit.ndjson", ACCESS_SESSION,      SCOPE_ADMIN, RATE_READ,  0,          api_export_audit_ndjson },
};
/* clang-format on */
const size_t API_ROUTES_LEN = ARRAY_LEN(API_ROUTES);
