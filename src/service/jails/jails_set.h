/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a running jail, until it is reloaded. */
#ifndef BANGUI_SERVICE_JAILS_SET_H
#define BANGUI_SERVICE_JAILS_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/cmd.h"

struct app;
struct error;

/* What is to be; seconds, or 0 and 1. */
struct jails_change {
	enum f2b_setting setting;
	int64_t value;
};

struct jails_set {
	const char *jail;
	const char *reason; /* or NULL */
	const struct jails_change *changes;
	size_t n;
};

/** "find_time_seconds": in the API, and in the audit log. */
const char *jails_setting_name(enum f2b_setting setting);

/**
 * Make the changes, of which those that are so already cost nothing, and say
 * how the jail is set then. An error in the middle leaves those before it.
 *
 * now  the caller's to release
 *
 * ERR_JAIL_NOT_FOUND; ERR_CONFLICT another act on jails is under way, or this
 * fail2ban knows no growing ban times.
 */
NODISCARD int jails_set(struct app *app, const struct jails_set *set,
    struct f2b_jail *now, struct error *err);

#endif
