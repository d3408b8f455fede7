/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The handlers that the rows of api/routes.c name, one file a resource. Each
 * is JSON to struct, one call of service/, struct to JSON, and nothing else;
 * doc/openapi.yaml says what goes in and comes out.
 */
#ifndef BANGUI_API_HANDLERS_H
#define BANGUI_API_HANDLERS_H

#include "http/route.h"

/* auth.c */
route_handler api_setup_get;
route_handler api_setup_post;
route_handler api_login;
route_handler api_logout;
route_handler api_session;

/* password.c */
route_handler api_password_change;

/* sessions.c */
route_handler api_sessions_list;
route_handler api_sessions_end;
route_handler api_sessions_end_others;

/* tokens.c */
route_handler api_token_create;
route_handler api_tokens_list;
route_handler api_tokens_revoke;

/* allowlist.c */
route_handler api_allow_list;
route_handler api_allow_add;
route_handler api_allow_change;
route_handler api_allow_remove;

/* health.c */
route_handler api_health_live;
route_handler api_health_ready;
route_handler api_version;

/* jobs.c */
route_handler api_jobs_list;
route_handler api_jobs_get;
route_handler api_jobs_cancel;

/* metrics.c */
route_handler api_metrics;

/* openapi.c */
route_handler api_openapi;

/* status.c */
route_handler api_status;

/* jails.c */
route_handler api_jails_list;
route_handler api_jails_get;

/* jail_acts.c */
route_handler api_jails_start;
route_handler api_jails_stop;
route_handler api_jails_idle;
route_handler api_jails_reload;

/* jail_set.c */
route_handler api_jails_set;
route_handler api_jails_ignored;
route_handler api_jails_ignore_add;
route_handler api_jails_ignore_remove;
/* config.c */
route_handler api_config_list;
route_handler api_config_get;
route_handler api_config_raw;

/* logs.c */
route_handler api_logs_own;
route_handler api_logs_preview;

/* geo.c */
route_handler api_geo_get;
route_handler api_geo_stats;
route_handler api_geo_re_resolve;

/* ips.c */
route_handler api_ips_get;

/* active_bans.c */
route_handler api_bans_list;
route_handler api_bans_add;
route_handler api_bans_remove;
route_handler api_bans_remove_all;

/* bans.c */
route_handler api_archive_list;

/* ban_detail.c */
route_handler api_archive_get;
route_handler api_archive_evidence;

/* audit.c */
route_handler api_audit_list;

/* export.c */
route_handler api_export_bans_csv;
route_handler api_export_bans_ndjson;
route_handler api_export_history_csv;
route_handler api_export_history_ndjson;
route_handler api_export_audit_csv;
route_handler api_export_audit_ndjson;

/* bans_query.c */
route_handler api_bans_completions;
route_handler api_bans_facets;

/* events.c */
route_handler api_events;

/* stats.c */
route_handler api_stats_by_country;
route_handler api_stats_by_asn;
route_handler api_stats_by_jail;
route_handler api_stats_trend;
route_handler api_stats_ranges;
route_handler api_stats_top_ips;

#endif
