/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses with the most bans: by counting all bans of an index, where
 * those are few, else by counting only for addresses that can be among them
 * (table ban_often says so). And the answers of a minute ago.
 */
#ifndef BANGUI_STORE_BAN_TOP_H
#define BANGUI_STORE_BAN_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"
#include "store/ban_find.h"

struct buf;
struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_top_prepare(struct db *db, struct error *err);

/* The most bans first, of equals the one with the latest ban. */
struct ban_top {
	struct ban_top_item {
		int64_t id; /* of its last ban, for ban_find_rows() */
		int64_t last_at;
		int64_t bans;
	} items[LIMIT_TOP_MAX];
	int n;
	int limit;  /* set it: at most LIMIT_TOP_MAX */
	bool exact; /* else there may be others with more bans */
};

/** By counting all that a walk comes by: the caller has seen to it that those
 * are not too many. */
NODISCARD int ban_top_count(struct db *db, const struct ban_find *find,
    enum ban_walk walk, struct ban_top *out, struct error *err);

/**
 * By counting for one address after the other, those that were banned most
 * in a longer time first, until none can come that has more. Of equals it
 * gives any. Not exact: that many looks were not enough, or what is left was
 * banned once.
 */
NODISCARD int ban_top_often(struct db *db, const struct ban_find *find,
    struct ban_top *out, struct error *err);

/** What was answered to a question in the last LIMIT_TOP_KEPT_S, appended to
 * out: 1, or 0. */
NODISCARD int ban_top_recall(struct db *db, const char *question, int64_t now,
    struct buf *out, struct error *err);

/** Note the answer, and forget those that are older. Incidental: it may be
 * done while reading only, and waits for nobody. */
NODISCARD int ban_top_note(struct db *db, const char *question, int64_t now,
    const char *answer, struct error *err);

#endif
