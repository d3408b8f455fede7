/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"
#include "f2b/frame.h"
#include "f2b/gate_error.h"

enum {
	POLICY_SECONDS_MAX = 1000000000, /* 31 years */
	POLICY_COUNT_MAX = 100000,       /* failures, matches kept */
	HOST_MAX = 253,                  /* bytes of a host name: RFC 1035 */
	LABEL_MAX = 63                   /* ... and of one part of it */
};

/* clang-format off */
#define W(word_)        { .kind = SLOT_WORD, .word = (word_) }
#define ONE(words_)     { .kind = SLOT_ONE, .word = (words_) }
#define JAIL            { .kind = SLOT_JAIL, .word = "{jail}" }
#define HOST            { .kind = SLOT_HOST, .word = "{host}" }
#define IGNORE          { .kind = SLOT_IGNORE, .word = "{host}" }
#define LOG             { .kind = SLOT_LOG, .word = "{log}" }
#define IDS             { .kind = SLOT_IDS, .word = "{ip}..." }
#define BANS            { .kind = SLOT_BANS, .word = "{ip}..." }
#define PATH            { .kind = SLOT_PATH, .word = "{path}" }
#define CHANGES         { .kind = SLOT_CHANGES, .word = "{changes}" }
#define INT(min_, max_) { .kind = SLOT_INT, .word = "{n}",                    \
                          .min = (min_), .max = (max_) }

#define ROW(level_, pace_, op_, idempotent_, ...)                             \
	{ POLICY_##level_, POLICY_##pace_, POLICY_OP_##op_, idempotent_,         \
	  { __VA_ARGS__ } }
#define ASK(...)       ROW(OBSERVE, QUICK, FORWARD, true, __VA_ARGS__)
#define LIST(...)      ROW(OBSERVE, BULK, FORWARD, true, __VA_ARGS__)
#define OWN(op_, ...)  ROW(OBSERVE, QUICK, op_, true, __VA_ARGS__)
#define ACT(...)       ROW(OPERATE, ACT, FORWARD, true, __VA_ARGS__)
#define ONCE(...)      ROW(OPERATE, ACT, FORWARD, false, __VA_ARGS__)
#define TUNE(...)      ROW(OPERATE, QUICK, FORWARD, true, __VA_ARGS__)
#define CONFIGURE(...) ROW(CONFIGURE, QUICK, FORWARD, true, __VA_ARGS__)

#define SECONDS        INT(1, POLICY_SECONDS_MAX)
#define SWITCH         ONE("true|false")

/* Source: fail2ban-client(1), and what the server makes of further words: it
 * evaluates times that are more than a number, and ignores what follows
 * "ping". Never here: action, addaction, ignorecommand, dbfile with a value,
 * any time or formula as text, status ... cymru, reload, multi-set. */
const struct policy_row POLICY[] = {
	ASK(W("ping")),
	ASK(W("version")),
	ASK(W("status")),
	ASK(W("status"), JAIL, W("short")),
	LIST(W("banned")),
	LIST(W("banned"), IDS),
	ASK(W("get"), ONE("loglevel|logtarget|syslogsocket|dbfile|"
	    "dbpurgeage|dbmaxmatches")),
	ASK(W("get"), JAIL, ONE("logpath|logencoding|journalmatch|ignoreself|"
	    "ignoreip|failregex|ignoreregex|usedns|findtime|bantime|maxretry|"
	    "maxmatches|maxlines|datepattern|actions|bantime.increment|"
	    "bantime.overalljails|bantime.maxtime|bantime.rndtime|"
	    "bantime.factor|bantime.formula|bantime.multipliers")),
	LIST(W("get"), JAIL, W("banip"), W("--with-time")),
	LIST(W("get"), JAIL, W("banned"), IDS),
	OWN(LEVEL, W("ping"), W("@level")),
	OWN(HISTORY_STATE, W("@history"), W("state")),
	OWN(HISTORY_LAST, W("@history"), W("last")),
	OWN(HISTORY_OLDEST, W("@history"), W("oldest")),
	OWN(HISTORY_READ, W("@history"), W("read"), INT(0, INT64_MAX),
	    INT(0, LIMIT_HISTORY_ROWS), INT(0, LIMIT_HISTORY_ROWS),
	    INT(INT64_MIN, INT64_MAX)),
	OWN(TAIL, W("@tail"), W("log"), INT(1, LIMIT_TAIL_BYTES)),
	OWN(TAIL, W("@tail"), PATH, INT(1, LIMIT_TAIL_BYTES)),
	ROW(OPERATE, ACT, RELOAD, false, W("@reload")),
	ROW(OPERATE, ACT, RELOAD, false, W("@reload"), JAIL),
	ROW(CONFIGURE, ACT, TEST, true, W("@test"), CHANGES),
	ROW(CONFIGURE, ACT, COMMIT, false, W("@commit"), CHANGES),
	ACT(W("set"), JAIL, W("banip"), BANS),
	ACT(W("set"), JAIL, W("unbanip"), IDS),
	ACT(W("unban"), IDS),
	ACT(W("unban"), W("--all")),
	ONCE(W("start"), JAIL),
	ONCE(W("stop"), JAIL),
	TUNE(W("set"), JAIL, W("idle"), ONE("on|off")),
	TUNE(W("set"), JAIL, W("addignoreip"), IGNORE),
	TUNE(W("set"), JAIL, W("delignoreip"), HOST),
	TUNE(W("set"), JAIL, W("ignoreself"), SWITCH),
	TUNE(W("set"), JAIL, W("bantime"), INT(-1, POLICY_SECONDS_MAX)),
	TUNE(W("set"), JAIL, W("findtime"), SECONDS),
	TUNE(W("set"), JAIL, W("maxretry"), INT(1, POLICY_COUNT_MAX)),
	TUNE(W("set"), JAIL, W("maxmatches"), INT(0, POLICY_COUNT_MAX)),
	TUNE(W("set"), JAIL, W("bantime.increment"), SWITCH),
	/* a text, and any but the empty one is true to it: "false", too */
	TUNE(W("set"), JAIL, W("bantime.overalljails"), ONE("true|")),
	TUNE(W("set"), JAIL, W("bantime.maxtime"), SECONDS),
	TUNE(W("set"), JAIL, W("bantime.rndtime"), INT(0, POLICY_SECONDS_MAX)),
	TUNE(W("set"), W("loglevel"),
	    ONE("CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG")),
	TUNE(W("set"), W("dbpurgeage"), SECONDS),
	TUNE(W("flushlogs")),
	CONFIGURE(W("set"), W("logtarget"),
	    ONE("STDERR|SYSLOG|SYSTEMD-JOURNAL|" POLICY_LOG_DIR
	    "fail2ban.log")),
	CONFIGURE(W("set"), JAIL, W("addlogpath"), LOG, ONE("head|tail")),
	CONFIGURE(W("set"), JAIL, W("dellogpath"), LOG),
	ROW(FULL, ACT, FORWARD, false, W("stop")),
};
/* clang-format on */
const size_t POLICY_LEN = ARRAY_LEN(POLICY);

void
policy_describe(const struct policy_row *row, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < POLICY_SLOTS && used < size; i++) {
		const struct policy_slot *s = &row->slots[i];

		if (s->kind == SLOT_END)
			break;
		used += (size_t)snprintf(out + used, size - used, "%s%s",
		    i == 0 ? "" : " ", s->word);
	}
}

static const char *const LEVELS[] = {
    [POLICY_OBSERVE] = "observe",
    [POLICY_OPERATE] = "operate",
    [POLICY_CONFIGURE] = "configure",
    [POLICY_FULL] = "full",
};
_Static_assert(ARRAY_LEN(LEVELS) == POLICY_LEVEL__MAX, "a name a level");

const char *
policy_level_name(enum policy_level level)
{
	return LEVELS[level];
}

bool
policy_level_parse(const char *s, enum policy_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(LEVELS); i++) {
		if (!str_eq(s, LEVELS[i]))
			continue;
		*out = (enum policy_level)i;
		return true;
	}
	return false;
}

/* "get NAME" and "set NAME" mean these, before any jail. */
static bool
is_reserved(const char *name)
{
	static const char *const RESERVED[] = {"loglevel", "logtarget",
	    "syslogsocket", "allowipv6", "thread", "dbfile", "dbmaxmatches",
	    "dbpurgeage"};

	for (size_t i = 0; i < ARRAY_LEN(RESERVED); i++)
		if (str_eq(name, RESERVED[i]))
			return true;
	return false;
}

bool
policy_is_jail(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= LIMIT_JAIL_NAME && name[0] != '-' &&
	       name[0] != '.' && strchr(name, '/') == NULL &&
	       str_is_utf8(name, len) && !str_has_control(name, len) &&
	       strstr(name, FRAME_END) == NULL && !is_reserved(name);
}

/* An address or a network, spelled as we spell it: so no two spellings of
 * one address pass, and nothing that fail2ban would take for a name. */
static bool
is_address(const char *word, bool any_size)
{
	struct addr a;
	char text[ADDR_TEXT_SIZE];

	if (!addr_parse_net(word, strlen(word), &a))
		return false;
	addr_format(&a, text);
	if (!str_eq(text, word))
		return false;
	return any_size || a.prefix_len > (addr_is_v4(&a) ? 96 : 0);
}

static bool
is_one_of(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (;;) {
		size_t n = strcspn(words, "|");

		if (n == len && memcmp(words, word, n) == 0)
			return true;
		if (words[n] == '\0')
			return false;
		words += n + 1;
	}
}

/* Letters, digits and, within, hyphens. Of letters of any language there are
 * none in a name as the DNS has it. */
static size_t
label_len(const char *s)
{
	size_t n = 0;

	while ((s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z') ||
	       (s[n] >= '0' && s[n] <= '9') || (n > 0 && s[n] == '-'))
		n++;
	return n > LABEL_MAX || (n > 0 && s[n - 1] == '-') ? 0 : n;
}

/* The last part begins with a letter: so no spelling of an address that we do
 * not know passes for a name ("0x7f.1", "3221225985"). */
static bool
is_host_name(const char *word)
{
	const char *last = strrchr(word, '.');

	last = last == NULL ? word : last + 1;
	if (strlen(word) > HOST_MAX || (last[0] >= '0' && last[0] <= '9'))
		return false;
	for (const char *s = word;; s++) {
		size_t n = label_len(s);

		if (n == 0)
			return false;
		s += n;
		if (*s != '.')
			return *s == '\0';
	}
}

static bool
is_host(const char *word, bool any_size)
{
	return is_address(word, any_size) || is_host_name(word);
}

bool
policy_is_ignorable(const char *word)
{
	return is_host(word, false);
}

/* One spelling a path, so that its directory is the one that it names. */
static bool
is_log(const char *word)
{
	size_t len = strlen(word);

	return str_starts(word, POLICY_LOG_DIR) && len < LIMIT_LOG_PATH &&
	       word[len - 1] != '/' && strstr(word, "//") == NULL &&
	       strstr(word, "/.") == NULL && strstr(word, FRAME_END) == NULL &&
	       str_is_utf8(word, len) && !str_has_control(word, len);
}

static bool
is_path(const char *word)
{
	size_t len = strlen(word);

	return word[0] == '/' && len < LIMIT_LOG_PATH &&
	       strstr(word, FRAME_END) == NULL && str_is_utf8(word, len) &&
	       !str_has_control(word, len);
}

static bool
is_int(const struct policy_slot *s, const char *word)
{
	int64_t value;

	return num_parse_i64(word, strlen(word), s->min, s->max, &value);
}

static bool
slot_takes(const struct policy_slot *s, const char *word)
{
	switch (s->kind) {
	case SLOT_WORD:
		return str_eq(s->word, word);
	case SLOT_ONE:
		return is_one_of(s->word, word);
	case SLOT_JAIL:
		return policy_is_jail(word);
	case SLOT_INT:
		return is_int(s, word);
	case SLOT_HOST:
		return is_host(word, true);
	case SLOT_IGNORE:
		return policy_is_ignorable(word);
	case SLOT_LOG:
		return is_log(word);
	case SLOT_IDS:
		return is_address(word, true);
	case SLOT_BANS:
		return is_address(word, false);
	case SLOT_PATH:
		return is_path(word);
	case SLOT_CHANGES: /* a file's text may be among them */
		return str_is_utf8(word, strlen(word)) &&
		       strstr(word, FRAME_END) == NULL;
	case SLOT_END:
	case SLOT__MAX:
		break;
	}
	return false;
}

/* One word or more, to the end. */
static bool
is_list(enum policy_slot_kind kind)
{
	return kind == SLOT_IDS || kind == SLOT_BANS || kind == SLOT_CHANGES;
}

/* How many words, from the first, the row takes; *complete: it is all. */
static size_t
row_match(const struct policy_row *row, const char *const *words, size_t n,
    bool *complete)
{
	const struct policy_slot *slot = row->slots;
	const struct policy_slot *end = row->slots + POLICY_SLOTS;
	size_t i = 0;

	*complete = false;
	for (; i < n; i++) {
		if (slot == end || !slot_takes(slot, words[i]))
			return i;
		if (!is_list(slot->kind))
			slot++;
	}
	/* a list has been met when it stands behind others */
	if (slot < end && is_list(slot->kind) &&
	    n > (size_t)(slot - row->slots))
		slot++;
	*complete = slot == end || slot->kind == SLOT_END;
	return i;
}

int
policy_check(const char *const *words, size_t n, const struct policy_row **row,
    struct error *err)
{
	size_t best = 0;

	for (size_t i = 0; n <= POLICY_WORDS_MAX && i < POLICY_LEN; i++) {
		bool complete;
		size_t matched = row_match(&POLICY[i], words, n, &complete);

		if (complete) {
			*row = &POLICY[i];
			return 0;
		}
		if (matched > best)
			best = matched;
	}
	return err_set(err, ERR_INVALID,
	    "fail2ban is never asked for this. Check the jail and addresses.",
	    "word %zu of %zu has no place in any operation", best + 1, n);
}

int
policy_refuse(enum policy_level needed, const char *what, struct error *err)
{
	switch (needed) {
	case POLICY_OBSERVE:
	case POLICY_OPERATE:
		return err_set(err, ERR_FEATURE, GATE_NEEDS_OPERATE,
		    "%s needs level operate", what);
	case POLICY_CONFIGURE:
		return err_set(err, ERR_FEATURE, GATE_NEEDS_CONFIGURE,
		    "%s needs level configure", what);
	case POLICY_FULL:
	case POLICY_LEVEL__MAX:
		break;
	}
	return err_set(
	    err, ERR_FEATURE, GATE_NEEDS_FULL, "%s needs level full", what);
}

int
policy_allow(
    const struct policy_row *row, enum policy_level level, struct error *err)
{
	char what[128];

	if (row->level <= level)
		return 0;
	policy_describe(row, what, sizeof what);
	return policy_refuse(row->level, what, err);
}
