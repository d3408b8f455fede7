/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside f2b/: one operation asked, its result read. What the files of cmd.h
 * share; nobody else includes it.
 */
#ifndef BANGUI_F2B_ASK_H
#define BANGUI_F2B_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "f2b/conf_place.h"
#include "f2b/policy.h"

struct error;
struct pickle_value;
struct wire;

struct f2b {
	struct wire *wire;
	bool greets;                    /* it knows whether a gate is there */
	const struct conf_place *place; /* NULL: a gate sees to the files */
	struct conf_place room;         /* ... else place is this */
	enum policy_level level;        /* ... else what we may do to them */
};

/** Read what fail2ban returned into out; borrowed until it returns. */
typedef int result_read(
    void *out, const struct pickle_value *v, struct error *err);

/** Send one request and read its result; a refusal is an error. */
NODISCARD int ask(struct f2b *f, const char *const *words, size_t n,
    result_read *read, void *out, struct error *err);

/** The error of a refusal: ERR_JAIL_NOT_FOUND, else ERR_F2B_REFUSED. */
int ask_refused(const struct pickle_value *exception, struct error *err);

/** ERR_JAIL_NOT_FOUND when no jail that we can ask about has this name. */
NODISCARD int ask_check_jail(const char *jail, struct error *err);

#endif
