/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which index of the archive is walked for a question: the one that comes by
 * the fewest bans. How many that are, sums tell, at next to no cost.
 */
#ifndef BANGUI_SERVICE_BAN_WALK_H
#define BANGUI_SERVICE_BAN_WALK_H

#include "base/macros.h"
#include "store/ban_find.h"

struct app;
struct ban_filter_find;
struct error;

/** The one with the fewest bans, of those that list the newest first, and how
 * many those are. */
NODISCARD int ban_walk_least(struct app *app, const struct ban_find *find,
    enum ban_walk *out, int64_t *least, struct error *err);

/** The same for a page, where a single one need not be counted. */
NODISCARD int ban_walk_choose(struct app *app, const struct ban_find *find,
    enum ban_walk *out, struct error *err);

/**
 * For what has find.rest: fill find.walk, perhaps with one that sorts all
 * that it comes by, and size.
 */
NODISCARD int ban_walk_plan(
    struct app *app, struct ban_filter_find *f, struct error *err);

/**
 * Mark the texts that so many bans have that each is better asked on its own,
 * when only the newest few are wanted. Gives how many those are.
 */
NODISCARD int ban_walk_mark_frequent(
    struct app *app, struct ban_filter_find *f, int *n, struct error *err);

/** Mark none of them. */
void ban_walk_unmark(struct ban_filter_find *f);

#endif
