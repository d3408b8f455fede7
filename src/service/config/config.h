/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fail2ban is configured: jails, filters and actions as its files define
 * them, used or not, with where each value is from. Reading only, and of what
 * all may read; nothing is kept.
 */
#ifndef BANGUI_SERVICE_CONFIG_H
#define BANGUI_SERVICE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_jail.h"
#include "f2b/conf_name.h"
#include "f2b/conf_read.h"

struct app;
struct error;

/* A jail that uses a filter or an action. */
struct config_user {
	struct config_user *next;
	const char *jail;
	bool active;
};

/* One of a list. */
struct config_entry {
	struct config_entry *next;
	const char *name;
	const char *file; /* that defines it first */
	bool active;      /* the jail is enabled; of others: one uses it */
	bool has_local;   /* there is the file that BanGUI would write */
	struct config_user *users; /* by their order in the files */
};

struct config_list {
	struct conf_read read; /* owns all of it */
	struct config_entry *first;
	size_t n;
	bool running_known;      /* fail2ban answers */
	struct str_list running; /* jails, sorted */
};

#define CONFIG_LIST_INIT                                                       \
	{                                                                      \
		.read = {.dir = -1 }                                           \
	}

void config_list_release(struct config_list *l);

/** The kind of a word: "jails", "filters", "actions". ERR_NOT_FOUND. */
NODISCARD int config_kind_parse(
    const char *word, enum conf_dir *out, struct error *err);

/** All of a kind, jails as in the files, others by name. */
NODISCARD int config_list(struct app *app, enum conf_dir kind,
    struct config_list *out, struct error *err);

/* One option: what counts, and what it overrides is behind from->over. */
struct config_option {
	struct config_option *next;
	const char *section;
	const char *name;
	const char *effective;         /* written out */
	bool broken;                   /* it cannot be */
	const struct conf_value *from; /* its file is "": fail2ban's own */
	const struct conf_value *also; /* of [DEFAULT]: overridden, too */
};

/* A filter or action that a jail uses. */
struct config_use {
	struct config_use *next;
	const char *name;
	bool missing;
};

struct config_detail {
	struct config_list list; /* owns all; its entry is the one asked for */
	const struct config_entry *entry;
	struct config_option *options;
	struct config_use *filter, *actions;    /* of a jail */
	const char *files[LIMIT_CONF_INCLUDES]; /* that define it, in order */
	size_t n_files;
};

#define CONFIG_DETAIL_INIT                                                     \
	{                                                                      \
		.list = CONFIG_LIST_INIT                                       \
	}

void config_detail_release(struct config_detail *d);

/** One of a kind. ERR_NOT_FOUND no file defines it; as config_list(). */
NODISCARD int config_get(struct app *app, enum conf_dir kind, const char *name,
    struct config_detail *out, struct error *err);

/** What kind of file that is: "conf", "conf_d", "local" or "local_d". */
const char *config_file_kind(const char *file);

/** Is it the file that BanGUI writes for that name? */
bool config_is_own(enum conf_dir kind, const char *name, const char *file);

#endif
