/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"

#define DEFAULT_FILE SYSCONFDIR "/bangui/bangui.conf"
#define FILE_VARIABLE "BANGUI_CONFIG" /* says where the file is */
#define PREFIX "BANGUI_"
#define MSG_BAD "A setting of the server is wrong. Its log says which."

enum {
	FILE_MAX = 64 * 1024, /* bytes of a settings file */
	STATE_DIR_MAX = 400,  /* leaves room for the files' names */
	SOCKET_MAX = 107,     /* sun_path of sockaddr_un, less its NUL */
};

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
const struct setting SETTINGS[] = {
	{ "BANGUI_STATE_DIR", SETTING_TEXT, AT(state_dir), "",
	  1, STATE_DIR_MAX, "", LOCALSTATEDIR "/lib/bangui",
	  "Directory of the database and its lock files." },
	{ "BANGUI_FAIL2BAN_SOCKET", SETTING_TEXT, AT(fail2ban_socket), "",
	  1, SOCKET_MAX, "", GATE_SOCKET,
	  "Socket of bangui-gate, or fail2ban's own, which is as good as "
	  "root." },
	{ "BANGUI_DIRECT_LEVEL", SETTING_WORD, AT(direct_level), "",
	  0, 0, "observe operate configure full", "configure",
	  "What may be done with fail2ban's own socket." },
	{ "BANGUI_FAIL2BAN_CONFIG", SETTING_TEXT, AT(fail2ban_config), "",
	  1, SETTING_TEXT_SIZE - 1, "", FAIL2BAN_CONF_DIR,
	  "Directory of fail2ban's configuration, as workers see it." },
	{ "BANGUI_FAIL2BAN_DB", SETTING_TEXT, AT(fail2ban_db), "",
	  0, SETTING_TEXT_SIZE - 1, "", "",
	  "Database file of fail2ban; empty: where fail2ban says it is." },
	{ "BANGUI_LOG", SETTING_WORD, AT(log), "",
	  0, 0, "stderr syslog", "stderr",
	  "Where log lines go." },
	{ "BANGUI_LOG_LEVEL", SETTING_WORD, AT(log_level), "",
	  0, 0, "error warning info debug", "info",
	  "Least important level that is logged." },
	{ "BANGUI_PASSWORD_HASH", SETTING_WORD, AT(hash_kind), "",
	  0, 0, "bcrypt yescrypt", "bcrypt",
	  "How the password is hashed; yescrypt takes longer ones." },
	{ "BANGUI_BCRYPT_COST", SETTING_INT, AT(bcrypt_cost), "",
	  10, 14, "", "12",
	  "Work of hashing a password: one more doubles it." },
	{ "BANGUI_ALLOW_PLAIN_HTTP", SETTING_BOOL, AT(allow_plain_http), "",
	  0, 0, "", "no",
	  "Serve without TLS from other machines than this one." },
	{ "BANGUI_ALLOWED_HOSTS", SETTING_TEXT, AT(allowed_hosts), "",
	  0, SETTING_TEXT_SIZE - 1, "", "",
	  "Host names to answer to, separated by spaces; empty: any." },
	{ "BANGUI_PROXIES", SETTING_NETS, AT(proxies), "",
	  0, SETTING_TEXT_SIZE - 1, "", "",
	  "Addresses of proxies in front of this machine: kept from bans." },
	{ "BANGUI_SESSION_HOURS", SETTING_INT, AT(session_hours), "hours",
	  1, 720, "", "12",
	  "Life of a session from its sign-in." },
	{ "BANGUI_SESSION_IDLE_MINUTES", SETTING_INT,
	  AT(session_idle_minutes), "minutes",
	  1, 43200, "", "60",
	  "Life of a session from its last use." },
	{ "BANGUI_GEOIP_DB_PATH", SETTING_TEXT, AT(geoip_db_path), "",
	  0, SETTING_TEXT_SIZE - 1, "", "",
	  "MaxMind DB file that tells countries; empty: none." },
	{ "BANGUI_GEOIP_ASN_DB_PATH", SETTING_TEXT, AT(geoip_asn_db_path), "",
	  0, SETTING_TEXT_SIZE - 1, "", "",
	  "MaxMind DB file that tells AS numbers; empty: none." },
	{ "BANGUI_GEOIP_ALLOW_HTTP_FALLBACK", SETTING_BOOL,
	  AT(geoip_http_fallback), "",
	  0, 0, "", "no",
	  "Send addresses that no file knows, unencrypted, to a service." },
	{ "BANGUI_GEOIP_HTTP_URL", SETTING_TEXT, AT(geoip_http_url), "",
	  1, SETTING_TEXT_SIZE - 1, "", "http://ip-api.com",
	  "Where that service is, without a path." },
	{ "BANGUI_BLOCKLIST_PRIVATE", SETTING_BOOL, AT(blocklist_private), "",
	  0, 0, "", "no",
	  "Fetch blocklists also from this machine and private networks." },
	{ "BANGUI_GEO_CACHE_RETENTION_DAYS", SETTING_INT,
	  AT(geo_cache_days), "days",
	  1, 3650, "", "90",
	  "What that service told is kept for, from its last use." },
	{ "BANGUI_BAN_RETENTION_DAYS", SETTING_INT, AT(ban_days), "days",
	  0, 36500, "", "0",
	  "Bans of the history are kept for; 0: for ever." },
	{ "BANGUI_BAN_RETENTION_ROWS", SETTING_INT, AT(ban_rows), "bans",
	  0, 1000000000, "", "0",
	  "So many of the newest bans are kept; 0: all." },
};
/* clang-format on */
const size_t SETTINGS_LEN = ARRAY_LEN(SETTINGS);
_Static_assert(ARRAY_LEN(SETTINGS) <= SETTINGS_MAX, "each row has a source");

/* s as what the table is read into. */
static struct setting_table
table_of(struct settings *s)
{
	return (struct setting_table){SETTINGS, SETTINGS_LEN, s->source, s};
}

static int
load_file(const struct setting_table *t, const char *path, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(FILE_MAX);
	const char *from_env = getenv(FILE_VARIABLE);
	bool may_be_absent = path == NULL && from_env == NULL;

	if (path == NULL)
		path = from_env == NULL ? DEFAULT_FILE : from_env;
	if (file_read(path, &text, err) < 0) {
		if (err->code != ERR_NOT_FOUND || !may_be_absent)
			return -1;
		err_clear(err);
		return 0;
	}
	return setting_text(t, path, buf_str(&text), text.len, err);
}

static int
load_environment(const struct setting_table *t, struct error *err)
{
	for (char **e = environ; *e != NULL; e++) {
		const char *eq = strchr(*e, '=');
		const struct setting *st;

		if (eq == NULL || !str_starts(*e, PREFIX) ||
		    str_starts(*e, FILE_VARIABLE "="))
			continue;
		st = setting_find(t, *e, (size_t)(eq - *e));
		if (st == NULL)
			return err_set(err, ERR_INVALID, MSG_BAD,
			    "%.*s (environment) is no setting of this program",
			    (int)(eq - *e), *e);
		if (setting_set(t, st, eq + 1, "environment", err) < 0)
			return -1;
		t->source[st - SETTINGS] = SETTING_FROM_ENVIRONMENT;
	}
	return 0;
}

int
settings_load(struct settings *out, const char *path, struct error *err)
{
	struct settings s = {0};
	const struct setting_table t = table_of(&s);

	if (setting_presets(&t, err) < 0 || load_file(&t, path, err) < 0 ||
	    load_environment(&t, err) < 0)
		return -1;
	*out = s;
	return 0;
}

void
settings_text(const struct settings *s, const struct setting *st,
    char out[SETTING_TEXT_SIZE])
{
	setting_format(s, st, out);
}

bool
settings_is_preset(const struct settings *s, const void *member)
{
	char value[SETTING_TEXT_SIZE];

	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		const struct setting *st = &SETTINGS[i];

		if ((const char *)s + st->into != member)
			continue;
		settings_text(s, st, value);
		return str_eq(value, st->preset);
	}
	return false;
}

void
settings_open_log(const struct settings *s, const char *program)
{
	enum log_target target = LOG_TARGET_STDERR;
	enum log_level level = LOG_LEVEL_INFO;

	/* both words come from closed lists that settings_load() checked */
	if (!log_target_parse(s->log, &target) ||
	    !log_level_parse(s->log_level, &level))
		level = LOG_LEVEL_INFO;
	log_open(program, target, level);
}
