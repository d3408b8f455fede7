/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_grammar.h"

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/macros.h"
#include "base/num.h"
#include "base/str.h"
#include "f2b/policy.h"

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALNUM UPPER LOWER DIGITS

enum {
	IDENTIFIER_MAX = 32, /* an iptables chain has 28 */
	FRACTION_MAX = 6,    /* digits behind the point */
	WORD_MAX = 255,      /* a host name, RFC 1035 */
	PORT_MAX = 65535,
};

/* Every byte is one of these. */
static bool
is_made_of(const char *s, size_t len, const char *set)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\0' || strchr(set, s[i]) == NULL)
			return false;
	return true;
}

typedef bool item_takes(const char *s, size_t len, const void *arg);

/* One or more items, with exactly this between two. */
static bool
is_list_of(const char *s, char between, item_takes *takes, const void *arg)
{
	const char set[] = {between, '\0'};

	for (;;) {
		size_t len = strcspn(s, set);

		if (len == 0 || !takes(s, len, arg))
			return false;
		if (s[len] == '\0')
			return true;
		s += len + 1;
	}
}

/* --- words and numbers ---------------------------------------------------- */

struct text {
	const char *s;
	size_t len;
};

static bool
is_other_word(const char *s, size_t len, const void *arg)
{
	const struct text *t = arg;

	return len != t->len || memcmp(s, t->s, len) != 0;
}

bool
grammar_is_one_of(const char *s, const char *words)
{
	const struct text t = {s, strlen(s)};

	return !is_list_of(words, ' ', is_other_word, &t);
}

struct range {
	int64_t min, max;
};

static bool
is_in_range(const char *s, size_t len, const void *arg)
{
	const struct range *r = arg;
	int64_t v;

	return num_parse_i64(s, len, r->min, r->max, &v);
}

bool
grammar_is_integer(const char *s, int64_t min, int64_t max)
{
	return is_in_range(s, strlen(s), &(struct range){min, max});
}

bool
grammar_is_integers(const char *s, int64_t min, int64_t max)
{
	return is_list_of(s, ' ', is_in_range, &(struct range){min, max});
}

bool
grammar_is_decimal(const char *s, int64_t max)
{
	size_t whole = strcspn(s, ".");
	const char *fraction = s + whole;
	size_t len = strlen(fraction);
	const struct range range = {0, max - 1};

	if (len == 0)
		return grammar_is_integer(s, 1, max);
	return is_in_range(s, whole, &range) && len >= 2 &&
	       len <= 1 + FRACTION_MAX &&
	       is_made_of(fraction + 1, len - 1, DIGITS) &&
	       strspn(s, "0.") < whole + len; /* not nought */
}

/* --- names ---------------------------------------------------------------- */

static bool
is_identifier(const char *s, size_t len, const void *unused)
{
	(void)unused;
	return len > 0 && len <= IDENTIFIER_MAX && is_made_of(s, 1, ALNUM) &&
	       is_made_of(s, len, ALNUM "_-");
}

bool
grammar_is_identifier(const char *s)
{
	return is_identifier(s, strlen(s), NULL);
}

bool
grammar_is_identifiers(const char *s)
{
	return is_list_of(s, ',', is_identifier, NULL);
}

/* Digits are a port: its number must be one. */
static bool
is_port(const char *s, size_t len, const void *unused)
{
	int64_t low, high;
	const char *colon = memchr(s, ':', len);
	size_t at = colon == NULL ? len : (size_t)(colon - s);

	if (colon == NULL && !is_made_of(s, len, DIGITS))
		return is_identifier(s, len, unused);
	if (!num_parse_i64(s, at, 0, PORT_MAX, &low))
		return false;
	return colon == NULL ||
	       num_parse_i64(colon + 1, len - at - 1, low, PORT_MAX, &high);
}

bool
grammar_is_ports(const char *s)
{
	return is_list_of(s, ',', is_port, NULL);
}

/* s is before, an identifier, and after. */
static bool
is_enclosed(const char *s, const char *before, const char *after)
{
	size_t n = strlen(before);
	size_t end = strlen(after);
	size_t len = strlen(s);

	return len > n + end && str_starts(s, before) &&
	       str_eq(s + len - end, after) &&
	       is_identifier(s + n, len - n - end, NULL);
}

bool
grammar_is_mode(const char *s)
{
	return is_enclosed(s, "[mode=", "]");
}

bool
grammar_is_shipped_action(const char *s)
{
	/* Source: jail.conf of fail2ban 0.11 to 1.1. */
	return grammar_is_one_of(s,
	    "%(action_)s %(action_mw)s %(action_mwl)s %(action_xarf)s "
	    "%(action_cf_mwl)s %(action_blocklist_de)s %(action_abuseipdb)s");
}

/* --- files and journals --------------------------------------------------- */

static bool
is_path_part(const char *s, size_t len, const void *unused)
{
	(void)unused;
	return is_made_of(s, len, ALNUM "._+@:,=~-*?[]") &&
	       !(len == 1 && s[0] == '.') &&
	       !(len == 2 && s[0] == '.' && s[1] == '.');
}

bool
grammar_is_log_path(const char *s, const char *const *dirs)
{
	if (s[0] != '/' || !is_list_of(s + 1, '/', is_path_part, NULL))
		return false;
	for (; *dirs != NULL; dirs++)
		if (str_starts(s, *dirs) && s[strlen(*dirs)] == '/')
			return true;
	return false;
}

static bool
is_journal_field(const char *s, size_t len)
{
	const char *equals = memchr(s, '=', len);
	size_t name = equals == NULL ? 0 : (size_t)(equals - s);

	return name > 0 && is_made_of(s, name, UPPER DIGITS "_") &&
	       name + 1 < len &&
	       is_made_of(equals + 1, len - name - 1, ALNUM "@._:/+,=*~-");
}

/* A '+' stands between fields: after one, and with one to follow. */
static bool
is_journal_word(const char *s, size_t len, const void *arg)
{
	const char *whole = arg;

	if (len != 1 || s[0] != '+')
		return is_journal_field(s, len);
	return s != whole && s[len] != '\0' && strncmp(s - 2, "+ ", 2) != 0;
}

bool
grammar_is_journal_match(const char *s)
{
	return is_list_of(s, ' ', is_journal_word, s);
}

/* --- addresses ------------------------------------------------------------ */

static bool
is_ignorable(const char *s, size_t len, const void *unused)
{
	char word[WORD_MAX + 1];

	(void)unused;
	return str_copy_n(word, sizeof word, s, len) &&
	       policy_is_ignorable(word);
}

bool
grammar_is_addresses(const char *s)
{
	return is_list_of(s, ' ', is_ignorable, NULL);
}

/* --- patterns ------------------------------------------------------------- */

/* How long the "%(name)s" at s is, or "%%"; 0: it is neither. */
static size_t
percent_len(const char *s, bool in_filter)
{
	/* Source: filter.d/common.conf and its like of fail2ban 0.11 to 1.1. */
	static const char NAMES[] =
	    "__prefix_line __daemon_combs_re __daemon_extra_re __daemon_re "
	    "__pid_re __kernel_prefix __hostname __md5hex __bsd_syslog_verbose "
	    "__vserver __date_ambit __pam_auth _apache_error_client host_info "
	    "pid";
	char name[IDENTIFIER_MAX + sizeof "known/"];
	size_t len;

	if (s[1] == '%')
		return 2;
	if (s[1] != '(')
		return 0;
	len = strcspn(s + 2, ")");
	if (!str_copy_n(name, sizeof name, s + 2, len) || s[2 + len] != ')' ||
	    s[3 + len] != 's')
		return 0;
	if (str_starts(name, "known/") &&
	    is_made_of(name + 6, len - 6, LOWER "._") && len > 6)
		return len + 4;
	return in_filter && grammar_is_one_of(name, NAMES) ? len + 4 : 0;
}

bool
grammar_is_pattern(const char *s, bool in_filter)
{
	size_t len = strlen(s);

	if (len == 0 || len > LIMIT_CONF_LINE || !str_is_utf8(s, len) ||
	    str_has_control(s, len))
		return false;
	while ((s = strchr(s, '%')) != NULL) {
		size_t n = percent_len(s, in_filter);

		if (n == 0)
			return false;
		s += n;
	}
	return true;
}
