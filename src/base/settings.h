/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's settings: one row each in one table {name, type, unit, min,
 * max, default, help}, from which come the parser, `bangui config show` and
 * the manual page. A file of KEY=value lines is read first, the environment
 * wins. An unknown name or a bad value is an error that names it.
 */
#ifndef BANGUI_BASE_SETTINGS_H
#define BANGUI_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/setting.h"

struct error;

enum { SETTINGS_MAX = 32 }; /* rows of SETTINGS; there is room for more */

struct settings {
	char state_dir[SETTING_TEXT_SIZE];       /* BANGUI_STATE_DIR */
	char fail2ban_socket[SETTING_TEXT_SIZE]; /* BANGUI_FAIL2BAN_SOCKET */
	char direct_level[SETTING_WORD_SIZE];    /* BANGUI_DIRECT_LEVEL */
	char fail2ban_config[SETTING_TEXT_SIZE]; /* BANGUI_FAIL2BAN_CONFIG */
	char fail2ban_db[SETTING_TEXT_SIZE];     /* BANGUI_FAIL2BAN_DB */
	char log[SETTING_WORD_SIZE];           /* BANGUI_LOG: stderr, syslog */
	char log_level[SETTING_WORD_SIZE];     /* BANGUI_LOG_LEVEL */
	char hash_kind[SETTING_WORD_SIZE];     /* BANGUI_PASSWORD_HASH */
	int64_t bcrypt_cost;                   /* BANGUI_BCRYPT_COST 10-14 */
	bool allow_plain_http;                 /* BANGUI_ALLOW_PLAIN_HTTP */
	char allowed_hosts[SETTING_TEXT_SIZE]; /* BANGUI_ALLOWED_HOSTS */
	char proxies[SETTING_TEXT_SIZE];       /* BANGUI_PROXIES */
	int64_t session_hours;                 /* BANGUI_SESSION_HOURS */
	int64_t session_idle_minutes;          /* BANGUI_SESSION_IDLE_MINUTES */
	char geoip_db_path[SETTING_TEXT_SIZE]; /* BANGUI_GEOIP_DB_PATH */
	char geoip_asn_db_path[SETTING_TEXT_SIZE]; /* ..._GEOIP_ASN_DB_PATH */
	bool geoip_http_fallback; /* BANGUI_GEOIP_ALLOW_HTTP_FALLBACK */
	char geoip_http_url[SETTING_TEXT_SIZE]; /* BANGUI_GEOIP_HTTP_URL */
	bool blocklist_private;                 /* BANGUI_BLOCKLIST_PRIVATE */
	int64_t geo_cache_days; /* BANGUI_GEO_CACHE_RETENTION_DAYS */
	int64_t ban_days;       /* BANGUI_BAN_RETENTION_DAYS; 0: for ever */
	int64_t ban_rows;       /* BANGUI_BAN_RETENTION_ROWS; 0: all */
	enum setting_source source[SETTINGS_MAX]; /* by row of SETTINGS */
};

extern const struct setting SETTINGS[];
extern const size_t SETTINGS_LEN;

/**
 * Presets, then the file (path NULL: BANGUI_CONFIG of the environment, else
 * the compiled-in place, which may be absent), then the environment.
 * ERR_INVALID: detail names the setting, the source and what is accepted.
 */
NODISCARD int settings_load(
    struct settings *out, const char *path, struct error *err);

/** The value of row st as a file would have it. */
void settings_text(const struct settings *s, const struct setting *st,
    char out[SETTING_TEXT_SIZE]);

/** Is it what it is without being set? member: of s, where the row's value
 * is. */
bool settings_is_preset(const struct settings *s, const void *member);

/** Open the log of the program of this name, not copied, as they say. */
void settings_open_log(const struct settings *s, const char *program);

#endif
