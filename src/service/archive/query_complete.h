/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways on at a place of an unfinished query: names of fields, and values that
 * the archive has, those with the most bans first.
 */
#ifndef BANGUI_SERVICE_QUERY_COMPLETE_H
#define BANGUI_SERVICE_QUERY_COMPLETE_H

#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/macros.h"

struct app;
struct error;

struct completion {
	char insert[LIMIT_JAIL_NAME * 2 + 3]; /* quoted if need be */
	char label[GEO_AS_ORG_SIZE];          /* what it is, for people */
	int64_t bans;                         /* that it has; -1: not counted */
};

struct completions {
	struct completion items[LIMIT_COMPLETIONS];
	size_t n;
	size_t from, to; /* what an insert replaces: characters, from 0 */
};

/**
 * What can stand in the place of the word around character `at` of the query,
 * which is len bytes of valid UTF-8; at may be its end.
 */
NODISCARD int query_complete(struct app *app, const char *text, size_t len,
    size_t at, struct completions *out, struct error *err);

#endif
