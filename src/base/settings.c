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
#include "base/num.h"
#include "base/str.h"

#define DEFAULT_FILE SYSCONFDIR "/bangui/bangui.conf"
#define FILE_VARIABLE "BANGUI_CONFIG" /* says where the file is */
#define PREFIX "BANGUI_"
#define MSG_BAD "A setting of the server is wrong. Its log says which."

enum {
	FILE_MAX = 64 * 1024, /* bytes of a settings file */
	STATE_DIR_MAX = 400,  /* leaves room for the files' names */
	SOCKET_MAX = 107,     /* sun_path of sockaddr_un, less its NUL */
	SOURCE_SIZE = 256,    /* "line N of PATH", cut if longer */
	NAME_MAX_LEN = 64,    /* bytes of a name in an error's detail */
};

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
const struct setting SETTINGS[] = {
	{ "BANGUI_STATE_DIR", SETTING_TEXT, AT(state_dir), "",
	  1, STATE_DIR_MAX, "", LOCALSTATEDIR "/lib/bangui",
	  "Directory of the database and its lock files." },
	{ "BANGUI_FAIL2BAN_SOCKET", SETTING_TEXT, AT(fail2ban_socket), "",
	  1, SOCKET_MAX, "", FAIL2BAN_SOCKET,
	  "Socket on which fail2ban takes commands." },
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
	{ "BANGUI_GEO_CACHE_RETENTION_DAYS", SETTING_INT,
	  AT(geo_cache_days), "days",
	  1, 3650, "", "90",
	  "What that service told is kept for, from its last use." },
};
/* clang-format on */
const size_t SETTINGS_LEN = ARRAY_LEN(SETTINGS);
_Static_assert(ARRAY_LEN(SETTINGS) <= SETTINGS_MAX, "each row has a source");

static const size_t TEXT_SIZES[] = {
    [SETTING_TEXT] = SETTING_TEXT_SIZE,
    [SETTING_WORD] = sizeof(((struct settings *)0)->log),
};

static const struct setting *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < SETTINGS_LEN; i++)
		if (strlen(SETTINGS[i].name) == len &&
		    memcmp(SETTINGS[i].name, name, len) == 0)
			return &SETTINGS[i];
	return NULL;
}

/* Is s one word of the space-separated list? */
static bool
is_word_of(const char *words, const char *s, size_t len)
{
	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, s, len) == 0)
			return true;
		words += n + (words[n] == ' ' ? 1 : 0);
	}
	return false;
}

static bool
put_text(char *to, const struct setting *st, const char *s, size_t len)
{
	if (st->type == SETTING_WORD && !is_word_of(st->words, s, len))
		return false;
	if (st->type == SETTING_TEXT &&
	    (len < (size_t)st->min || len > (size_t)st->max))
		return false;
	return str_is_utf8(s, len) && !str_has_control(s, len) &&
	       str_copy_n(to, TEXT_SIZES[st->type], s, len);
}

/* Store one value if it is acceptable; out is untouched otherwise. */
static bool
put_value(
    struct settings *out, const struct setting *st, const char *s, size_t len)
{
	void *to = (char *)out + st->into;
	bool yes;

	switch (st->type) {
	case SETTING_INT:
		return num_parse_i64(s, len, st->min, st->max, to);
	case SETTING_BOOL:
		yes = is_word_of("yes true on 1", s, len);
		if (!yes && !is_word_of("no false off 0", s, len))
			return false;
		*(bool *)to = yes;
		return true;
	case SETTING_TEXT:
	case SETTING_WORD:
		return put_text(to, st, s, len);
	}
	return false;
}

/* "NAME (SOURCE): what is accepted". The value itself is not shown. */
static int
refuse(const struct setting *st, const char *source, struct error *err)
{
	switch (st->type) {
	case SETTING_INT:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be a whole number from %lld to %lld%s%s",
		    st->name, source, (long long)st->min, (long long)st->max,
		    st->unit[0] == '\0' ? "" : " ", st->unit);
	case SETTING_BOOL:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be yes or no", st->name, source);
	case SETTING_WORD:
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) must be one of: %s", st->name, source, st->words);
	case SETTING_TEXT:
		break;
	}
	return err_set(err, ERR_INVALID, MSG_BAD,
	    "%s (%s) must be UTF-8 text of %lld to %lld bytes without control "
	    "characters",
	    st->name, source, (long long)st->min, (long long)st->max);
}

static int
set_one(struct settings *out, const struct setting *st, const char *value,
    size_t len, const char *source, struct error *err)
{
	return put_value(out, st, value, len) ? 0 : refuse(st, source, err);
}

static int
load_presets(struct settings *out, struct error *err)
{
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		const struct setting *st = &SETTINGS[i];

		if (set_one(out, st, st->preset, strlen(st->preset),
			"compiled in", err) < 0)
			return -1;
	}
	return 0;
}

static size_t
trim(const char **s, size_t len)
{
	while (len > 0 && (**s == ' ' || **s == '\t')) {
		(*s)++;
		len--;
	}
	while (len > 0 && strchr(" \t\r", (*s)[len - 1]) != NULL)
		len--;
	return len;
}

/* One line of the file; seen has one flag a row of SETTINGS. */
static int
load_line(struct settings *out, bool *seen, const char *line, size_t len,
    const char *source, struct error *err)
{
	const char *eq, *value, *end;
	const struct setting *st;
	size_t name_len;

	len = trim(&line, len);
	end = line + len;
	if (len == 0 || line[0] == '#')
		return 0;
	eq = memchr(line, '=', len);
	if (eq == NULL)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s is neither NAME=value nor a # comment", source);
	name_len = trim(&line, (size_t)(eq - line));
	st = find(line, name_len);
	if (st == NULL)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%.*s (%s) is no setting of this program",
		    name_len > NAME_MAX_LEN ? NAME_MAX_LEN : (int)name_len,
		    line, source);
	if (seen[st - SETTINGS])
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s (%s) is set a second time", st->name, source);
	seen[st - SETTINGS] = true;
	value = eq + 1;
	len = trim(&value, (size_t)(end - value));
	if (set_one(out, st, value, len, source, err) < 0)
		return -1;
	out->source[st - SETTINGS] = SETTING_FROM_FILE;
	return 0;
}

static int
load_text(struct settings *out, const char *path, const char *text, size_t len,
    struct error *err)
{
	bool seen[ARRAY_LEN(SETTINGS)] = {false};
	char source[SOURCE_SIZE];

	for (int number = 1; len > 0; number++) {
		const char *end = memchr(text, '\n', len);
		size_t n = end == NULL ? len : (size_t)(end - text);

		(void)snprintf(
		    source, sizeof source, "line %d of %s", number, path);
		if (load_line(out, seen, text, n, source, err) < 0)
			return -1;
		n += end == NULL ? 0 : 1;
		text += n;
		len -= n;
	}
	return 0;
}

static int
load_file(struct settings *out, const char *path, struct error *err)
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
	return load_text(out, path, buf_str(&text), text.len, err);
}

static int
load_environment(struct settings *out, struct error *err)
{
	for (char **e = environ; *e != NULL; e++) {
		const char *eq = strchr(*e, '=');
		const struct setting *st;

		if (eq == NULL || !str_starts(*e, PREFIX) ||
		    str_starts(*e, FILE_VARIABLE "="))
			continue;
		st = find(*e, (size_t)(eq - *e));
		if (st == NULL)
			return err_set(err, ERR_INVALID, MSG_BAD,
			    "%.*s (environment) is no setting of this program",
			    (int)(eq - *e), *e);
		if (set_one(out, st, eq + 1, strlen(eq + 1), "environment",
			err) < 0)
			return -1;
		out->source[st - SETTINGS] = SETTING_FROM_ENVIRONMENT;
	}
	return 0;
}

int
settings_load(struct settings *out, const char *path, struct error *err)
{
	struct settings s = {0};

	if (load_presets(&s, err) < 0 || load_file(&s, path, err) < 0 ||
	    load_environment(&s, err) < 0)
		return -1;
	*out = s;
	return 0;
}

void
settings_text(const struct settings *s, const struct setting *st,
    char out[SETTING_TEXT_SIZE])
{
	const void *from = (const char *)s + st->into;

	switch (st->type) {
	case SETTING_INT:
		(void)snprintf(out, SETTING_TEXT_SIZE, "%lld",
		    (long long)*(const int64_t *)from);
		return;
	case SETTING_BOOL:
		(void)snprintf(out, SETTING_TEXT_SIZE, "%s",
		    *(const bool *)from ? "yes" : "no");
		return;
	case SETTING_TEXT:
	case SETTING_WORD:
		(void)snprintf(
		    out, SETTING_TEXT_SIZE, "%s", (const char *)from);
	}
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
