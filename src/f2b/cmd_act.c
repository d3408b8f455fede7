/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done to one running jail: a reload or restart undoes all of it. */
#include "f2b/cmd.h"

#include <stdio.h>

#include "base/error.h"
#include "f2b/ask.h"
#include "f2b/result.h"

/* What fail2ban says it has set tells no more than that it has. */
static int
read_done(void *out, const struct pickle_value *v, struct error *err)
{
	(void)out;
	(void)v;
	(void)err;
	return 0;
}

static int
act(struct f2b *f, const char *jail, const char *const *words, size_t n,
    struct error *err)
{
	if (ask_check_jail(jail, err) < 0)
		return -1;
	return ask(f, words, n, read_done, NULL, err);
}

int
f2b_jail_wake(struct f2b *f, const char *jail, struct error *err)
{
	const char *const words[] = {"start", jail};

	return act(f, jail, words, ARRAY_LEN(words), err);
}

int
f2b_jail_stop(struct f2b *f, const char *jail, struct error *err)
{
	const char *const words[] = {"stop", jail};

	return act(f, jail, words, ARRAY_LEN(words), err);
}

int
f2b_jail_idle(struct f2b *f, const char *jail, bool idle, struct error *err)
{
	const char *const words[] = {"set", jail, "idle", idle ? "on" : "off"};

	return act(f, jail, words, ARRAY_LEN(words), err);
}

static const struct {
	const char *word;
	const char *off; /* of a switch; NULL: it is a number */
} SETTINGS[] = {
    [F2B_FIND_TIME] = {"findtime",             NULL   },
    [F2B_BAN_TIME] = {"bantime",              NULL   },
    [F2B_MAX_RETRY] = {"maxretry",             NULL   },
    [F2B_MAX_MATCHES] = {"maxmatches",           NULL   },
    [F2B_IGNORE_SELF] = {"ignoreself",           "false"},
    [F2B_INCREMENT] = {"bantime.increment",    "false"},
    [F2B_OVERALL_JAILS] = {"bantime.overalljails", ""     },
    [F2B_MAX_TIME] = {"bantime.maxtime",      NULL   },
    [F2B_RND_TIME] = {"bantime.rndtime",      NULL   },
};
_Static_assert(ARRAY_LEN(SETTINGS) == F2B_SETTING__MAX, "a word each");

int
f2b_jail_set(struct f2b *f, const char *jail, enum f2b_setting setting,
    int64_t value, struct error *err)
{
	char number[sizeof "-9223372036854775808"];
	const char *words[] = {"set", jail, SETTINGS[setting].word, number};

	(void)snprintf(number, sizeof number, "%lld", (long long)value);
	if (SETTINGS[setting].off != NULL)
		words[3] = value != 0 ? "true" : SETTINGS[setting].off;
	return act(f, jail, words, ARRAY_LEN(words), err);
}

int
f2b_ignore_add(
    struct f2b *f, const char *jail, const char *entry, struct error *err)
{
	const char *const words[] = {"set", jail, "addignoreip", entry};

	return act(f, jail, words, ARRAY_LEN(words), err);
}

int
f2b_ignore_remove(
    struct f2b *f, const char *jail, const char *entry, struct error *err)
{
	const char *const words[] = {"set", jail, "delignoreip", entry};

	return act(f, jail, words, ARRAY_LEN(words), err);
}

static int
read_list(void *out, const struct pickle_value *v, struct error *err)
{
	return result_texts(v, out, err);
}

int
f2b_ignore_list(
    struct f2b *f, const char *jail, struct str_list *out, struct error *err)
{
	const char *const words[] = {"get", jail, "ignoreip"};
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;

	if (ask_check_jail(jail, err) < 0 ||
	    ask(f, words, ARRAY_LEN(words), read_list, &l, err) < 0)
		return -1;
	*out = l;
	l = (struct str_list)STR_LIST_INIT; /* handed over */
	return 0;
}
