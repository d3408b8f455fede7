/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a running jail never bans: its ignore list, until it is reloaded.
 * fail2ban takes any text for an entry, and one that is no address for the
 * name of a host that it looks up at every failure; here each is read first.
 */
#ifndef BANGUI_SERVICE_JAILS_IGNORE_H
#define BANGUI_SERVICE_JAILS_IGNORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

struct app;
struct error;

struct jails_ignored {
	struct str_list items; /* sorted by bytes */
	int64_t total;         /* that match, all pages */
	bool more;             /* behind the last item */
};

struct jails_ignored_filter {
	const char *jail;
	const char *text;  /* part of an entry, or NULL */
	const char *after; /* only what sorts behind it, or NULL */
	size_t limit;
};

/** One page of the list; out is the caller's to release (its items). */
NODISCARD int jails_ignored(struct app *app,
    const struct jails_ignored_filter *filter, struct jails_ignored *out,
    struct error *err);

enum jails_ignore_outcome {
	JAILS_IGNORE_ADDED,
	JAILS_IGNORE_KNOWN, /* it was there already */
	JAILS_IGNORE_REMOVED,
	JAILS_IGNORE_ABSENT, /* there is no such entry */
	JAILS_IGNORE_INVALID,
	JAILS_IGNORE_REFUSED,
	JAILS_IGNORE__MAX
};

const char *jails_ignore_name(enum jails_ignore_outcome o); /* "added" */

struct jails_ignore_result {
	enum jails_ignore_outcome outcome;
	const char *detail; /* for people; a literal, or NULL */
};

struct jails_ignore {
	const char *jail;
	const char *reason;            /* or NULL */
	const struct str_list *values; /* as typed; judged one by one */
};

/**
 * Add entries, or remove them. Bans in force stay.
 *
 * out    one a value, in order
 * total  entries of the list then
 *
 * ERR_JAIL_NOT_FOUND; ERR_CONFLICT another act on jails is under way; other
 * failures of fail2ban end it in the middle.
 */
NODISCARD int jails_ignore_add(struct app *app, const struct jails_ignore *req,
    struct jails_ignore_result *out, int64_t *total, struct error *err);
NODISCARD int jails_ignore_remove(struct app *app,
    const struct jails_ignore *req, struct jails_ignore_result *out,
    int64_t *total, struct error *err);

#endif
