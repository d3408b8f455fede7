/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/frame.h"

#define W(word_)                                                               \
	{                                                                      \
		SLOT_WORD, word_                                               \
	}
#define JAIL                                                                   \
	{                                                                      \
		SLOT_JAIL, "{jail}"                                            \
	}
#define IDS                                                                    \
	{                                                                      \
		SLOT_IDS, "{ip}..."                                            \
	}
#define BANS                                                                   \
	{                                                                      \
		SLOT_BANS, "{ip}..."                                           \
	}
#define ASK(...)                                                               \
	{                                                                      \
		POLICY_OBSERVE, POLICY_QUICK, true,                            \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define LIST(...)                                                              \
	{                                                                      \
		POLICY_OBSERVE, POLICY_BULK, true,                             \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define ACT(...)                                                               \
	{                                                                      \
		POLICY_OPERATE, POLICY_ACT, true,                              \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}

/* Source: fail2ban-client(1), and what the server makes of further words.
 * Never here: action, addaction, ignorecommand, logtarget and dbfile with a
 * value, addlogpath, any time or formula as text, status ... cymru, reload,
 * stop. */
/* clang-format off */
const struct policy_row POLICY[] = {
	ASK(W("ping")),
	ASK(W("version")),
	ASK(W("status")),
	ASK(W("status"), JAIL, W("short")),
	LIST(W("banned")),
	LIST(W("banned"), IDS),
	ASK(W("get"), W("loglevel")),
	ASK(W("get"), W("logtarget")),
	ASK(W("get"), W("dbpurgeage")),
	ASK(W("get"), W("dbfile")),
	ASK(W("get"), JAIL, W("logpath")),
	ASK(W("get"), JAIL, W("logencoding")),
	ASK(W("get"), JAIL, W("journalmatch")),
	ASK(W("get"), JAIL, W("ignoreself")),
	ASK(W("get"), JAIL, W("ignoreip")),
	ASK(W("get"), JAIL, W("failregex")),
	ASK(W("get"), JAIL, W("ignoreregex")),
	ASK(W("get"), JAIL, W("usedns")),
	ASK(W("get"), JAIL, W("findtime")),
	ASK(W("get"), JAIL, W("bantime")),
	ASK(W("get"), JAIL, W("maxretry")),
	ASK(W("get"), JAIL, W("maxmatches")),
	ASK(W("get"), JAIL, W("datepattern")),
	ASK(W("get"), JAIL, W("actions")),
	ASK(W("get"), JAIL, W("bantime.increment")),
	ASK(W("get"), JAIL, W("bantime.overalljails")),
	ASK(W("get"), JAIL, W("bantime.maxtime")),
	ASK(W("get"), JAIL, W("bantime.rndtime")),
	ASK(W("get"), JAIL, W("bantime.factor")),
	ASK(W("get"), JAIL, W("bantime.formula")),
	ASK(W("get"), JAIL, W("bantime.multipliers")),
	LIST(W("get"), JAIL, W("banip"), W("--with-time")),
	LIST(W("get"), JAIL, W("banned"), IDS),
	ACT(W("set"), JAIL, W("banip"), BANS),
	ACT(W("set"), JAIL, W("unbanip"), IDS),
	ACT(W("unban"), IDS),
	ACT(W("unban"), W("--all")),
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
slot_takes(const struct policy_slot *s, const char *word)
{
	switch (s->kind) {
	case SLOT_WORD:
		return str_eq(s->word, word);
	case SLOT_JAIL:
		return policy_is_jail(word);
	case SLOT_IDS:
		return is_address(word, true);
	case SLOT_BANS:
		return is_address(word, false);
	case SLOT_END:
	case SLOT__MAX:
		break;
	}
	return false;
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
		if (slot->kind != SLOT_IDS && slot->kind != SLOT_BANS)
			slot++;
	}
	/* a list of addresses has been met when it stands behind others */
	if (slot < end && (slot->kind == SLOT_IDS || slot->kind == SLOT_BANS) &&
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
