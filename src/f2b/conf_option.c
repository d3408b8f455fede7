/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_option.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_grammar.h"
#include "f2b/conf_text.h"

enum { YES = true, NO = false };
enum { BOTH = CONF_IN_JAIL | CONF_IN_FILTER, JAIL = CONF_IN_JAIL };

#define SECONDS_MAX 999999999 /* 31 years; nine digits are never evaluated */
#define BOOLEAN "true false"
#define ENCODINGS                                                              \
	"auto utf-8 ascii iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-7 "        \
	"iso-8859-9 iso-8859-15 cp1250 cp1251 cp1252 cp1253 cp1254 koi8-r "    \
	"koi8-u euc-jp shift_jis gb18030 big5 euc-kr"

/* Source: jail.conf(5), and what fail2ban's server makes of each value.
 * Never here: ignorecommand, bantime.formula, action parameters, mta, sender
 * and everything else that reaches a shell or Python. */
/* clang-format off */
const struct conf_option CONF_OPTIONS[] = {
	/* name              in    kind              empty min max, words */
	{"enabled",             JAIL, CONF_WORD,        NO,  0, 0, BOOLEAN},
	{"ignoreself",          JAIL, CONF_WORD,        NO,  0, 0, BOOLEAN},
	{"bantime.increment",   JAIL, CONF_WORD,        NO,  0, 0, BOOLEAN},
	{"bantime.overalljails",JAIL, CONF_WORD,        NO,  0, 0, BOOLEAN},
	{"bantime",             JAIL, CONF_INTEGER,     NO, -1, SECONDS_MAX, NULL},
	{"findtime",            JAIL, CONF_INTEGER,     NO,  1, SECONDS_MAX, NULL},
	{"bantime.maxtime",     JAIL, CONF_INTEGER,     NO,  1, SECONDS_MAX, NULL},
	{"bantime.rndtime",     JAIL, CONF_INTEGER,     NO,  0, SECONDS_MAX, NULL},
	{"bantime.factor",      JAIL, CONF_DECIMAL,     NO,  0, 1000000, NULL},
	{"bantime.multipliers", JAIL, CONF_INTEGERS,    NO,  1, 1000000, NULL},
	{"maxretry",            JAIL, CONF_INTEGER,     NO,  1, 100000, NULL},
	{"maxmatches",          JAIL, CONF_INTEGER,     NO,  0, 1000, NULL},
	{"maxlines",            BOTH, CONF_INTEGER,     NO,  1, 1000, NULL},
	{"port",                JAIL, CONF_PORTS,       NO,  0, 65535, NULL},
	{"protocol",            JAIL, CONF_IDENTIFIERS, NO,  0, 0, NULL},
	{"chain",               JAIL, CONF_IDENTIFIER,  NO,  0, 0, NULL},
	{"filter",              JAIL, CONF_FILTER_NAME, NO,  0, 0, NULL},
	{"banaction",           JAIL, CONF_ACTION_NAME, NO,  0, 0, NULL},
	{"banaction_allports",  JAIL, CONF_ACTION_NAME, NO,  0, 0, NULL},
	{"action",              JAIL, CONF_ACTIONS,     NO,  0, 0, NULL},
	{"backend",             JAIL, CONF_WORD,        NO,  0, 0,
	    "auto polling pyinotify systemd"},
	{"usedns",              BOTH, CONF_WORD,        NO,  0, 0,
	    "yes warn no raw"},
	{"logencoding",         JAIL, CONF_WORD,        NO,  0, 0, ENCODINGS},
	{"logpath",             JAIL, CONF_PATHS,       NO,  0, 0, NULL},
	{"journalmatch",        BOTH, CONF_JOURNAL,     YES, 0, 0, NULL},
	{"ignoreip",            JAIL, CONF_ADDRESSES,   YES, 0, 0, NULL},
	{"failregex",           BOTH, CONF_PATTERNS,    YES, 0, 0, NULL},
	{"ignoreregex",         BOTH, CONF_PATTERNS,    YES, 0, 0, NULL},
	{"prefregex",           BOTH, CONF_PATTERN,     YES, 0, 0, NULL},
	{"datepattern",         BOTH, CONF_PATTERN,     YES, 0, 0, NULL},
};
/* clang-format on */
const size_t CONF_OPTIONS_LEN = ARRAY_LEN(CONF_OPTIONS);

/* In the section INCLUDES of a filter: files that fail2ban brings along and
 * that define names for its patterns. */
static const struct conf_option BEFORE = {"before", CONF_IN_FILTER, CONF_WORDS,
    NO, 0, 0,
    "common.conf apache-common.conf botsearch-common.conf exim-common.conf"};

const struct conf_option *
conf_option_find(const char *name)
{
	for (size_t i = 0; i < CONF_OPTIONS_LEN; i++)
		if (str_eq(CONF_OPTIONS[i].name, name))
			return &CONF_OPTIONS[i];
	return NULL;
}

/* "sshd" or "sshd[mode=word]" */
static bool
is_filter(const char *value, const struct conf_rules *rules)
{
	char name[LIMIT_CONF_NAME + 1];
	size_t len = strcspn(value, "[");
	const char *mode = value + len;

	return str_copy_n(name, sizeof name, value, len) &&
	       conf_is_name(name) && (*mode == '\0' || grammar_is_mode(mode)) &&
	       rules->exists(rules->ctx, CONF_FILTER, name);
}

static bool
is_action(const char *value, const struct conf_rules *rules)
{
	return conf_is_name(value) &&
	       rules->exists(rules->ctx, CONF_ACTION, value);
}

static bool
line_takes(const struct conf_option *o, enum conf_dir dir, const char *line,
    const struct conf_rules *rules)
{
	switch (o->kind) {
	case CONF_WORD:
	case CONF_WORDS:
		return grammar_is_one_of(line, o->words);
	case CONF_INTEGER:
		return grammar_is_integer(line, o->min, o->max);
	case CONF_DECIMAL:
		return grammar_is_decimal(line, o->max);
	case CONF_INTEGERS:
		return grammar_is_integers(line, o->min, o->max);
	case CONF_PORTS:
		return grammar_is_ports(line);
	case CONF_IDENTIFIERS:
		return grammar_is_identifiers(line);
	case CONF_IDENTIFIER:
		return grammar_is_identifier(line);
	case CONF_FILTER_NAME:
		return is_filter(line, rules);
	case CONF_ACTIONS:
		if (grammar_is_shipped_action(line))
			return true;
		return is_action(line, rules);
	case CONF_ACTION_NAME:
		return is_action(line, rules);
	case CONF_PATHS:
		return grammar_is_log_path(line, rules->log_dirs);
	case CONF_JOURNAL:
		return grammar_is_journal_match(line);
	case CONF_ADDRESSES:
		return grammar_is_addresses(line);
	case CONF_PATTERN:
	case CONF_PATTERNS:
		return grammar_is_pattern(line, dir == CONF_FILTER);
	case CONF_KIND__MAX:
		break;
	}
	return false;
}

static bool
is_list(enum conf_kind kind)
{
	return kind == CONF_WORDS || kind == CONF_ACTIONS ||
	       kind == CONF_PATHS || kind == CONF_JOURNAL ||
	       kind == CONF_ADDRESSES || kind == CONF_PATTERNS;
}

bool
conf_option_takes(const struct conf_option *o, enum conf_dir dir,
    const char *value, const struct conf_rules *rules)
{
	char line[LIMIT_CONF_LINE + 1];
	size_t lines = 0;

	/* for ever, or a while: no ban of no time */
	if (str_eq(o->name, "bantime") && str_eq(value, "0"))
		return false;
	if (*value == '\0')
		return o->may_be_empty;
	for (const char *at = value;; lines++) {
		size_t len = strcspn(at, "\n");

		if (lines == LIMIT_CONF_LINES ||
		    !str_copy_n(line, sizeof line, at, len) ||
		    !line_takes(o, dir, line, rules))
			return false;
		if (at[len] == '\0')
			return true;
		if (!is_list(o->kind))
			return false;
		at += len + 1;
	}
}

/* What is said of a value that its row does not take. */
static const char *const KIND_HINT[] = {
    [CONF_WORD] = "Choose one of the values offered.",
    [CONF_WORDS] = "Choose among the values offered.",
    [CONF_INTEGER] = "Give a whole number in the range of this option.",
    [CONF_DECIMAL] = "Give a positive number such as 1 or 1.5.",
    [CONF_INTEGERS] = "Give whole numbers with one space between them.",
    [CONF_PORTS] = "Give ports or names of services, as in ssh,8000:8010.",
    [CONF_IDENTIFIERS] = "Give names of letters and digits, as in tcp,udp.",
    [CONF_IDENTIFIER] = "Give a name of letters and digits.",
    [CONF_FILTER_NAME] = "Give the name of a filter that exists.",
    [CONF_ACTION_NAME] = "Give the name of an action that exists.",
    [CONF_ACTIONS] = "Give names of actions that exist, one a line.",
    [CONF_PATHS] = "Give log files in the folders that are allowed.",
    [CONF_JOURNAL] = "Give FIELD=value, with + between alternatives.",
    [CONF_ADDRESSES] = "Give addresses, networks or host names.",
    [CONF_PATTERN] = "Write a percent sign as %%, and give one line.",
    [CONF_PATTERNS] = "Write a percent sign as %%, and give fewer lines.",
};
_Static_assert(ARRAY_LEN(KIND_HINT) == CONF_KIND__MAX, "a hint for each");

static bool
is_section(enum conf_dir dir, const char *section)
{
	if (dir == CONF_JAIL)
		return str_eq(section, "DEFAULT") || conf_is_jail(section);
	return dir == CONF_FILTER &&
	       (str_eq(section, "Definition") || str_eq(section, "Init") ||
		   str_eq(section, "INCLUDES"));
}

/* The row of an entry, or NULL: it may not be there. */
static const struct conf_option *
row_of(enum conf_dir dir, const struct conf_entry *e)
{
	const struct conf_option *o;

	if (str_eq(e->section, "INCLUDES"))
		return str_eq(e->name, BEFORE.name) ? &BEFORE : NULL;
	o = conf_option_find(e->name);
	return o != NULL && (o->in & 1U << dir) != 0 ? o : NULL;
}

int
conf_option_check(const struct conf_text *t, enum conf_dir dir,
    const char *field, const struct conf_rules *rules, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct conf_entry *e = &t->items[i];
		const struct conf_option *o = row_of(dir, e);
		char name[ERR_FIELD_SIZE];

		(void)snprintf(
		    name, sizeof name, "%s.%s.%s", field, e->section, e->name);
		if (!is_section(dir, e->section))
			rc = err_field(
			    err, name, "This section may not be here.");
		else if (o == NULL)
			rc = err_field(
			    err, name, "This option cannot be set here.");
		else if (!conf_option_takes(o, dir, e->value, rules)) {
			err_field_at(err, __func__, name, KIND_HINT[o->kind]);
			rc = -1;
		}
	}
	return rc;
}
