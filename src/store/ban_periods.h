/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The periods that bans are summed by, and how a window is cut into them.
 */
#ifndef BANGUI_STORE_BAN_PERIODS_H
#define BANGUI_STORE_BAN_PERIODS_H

#include <stdbool.h>
#include <stdint.h>

struct ban_find;

/* The lengths that periods have, by their level. */
enum ban_level {
	BAN_LEVEL_HOUR,
	BAN_LEVEL_DAY,
	BAN_LEVEL_MONTH, /* thirty days, whatever the calendar says */
	BAN_LEVEL_ALL,
	BAN_LEVEL__MAX
};

#define BAN_HOUR_S 3600
#define BAN_DAY_S 86400
#define BAN_MONTH_S 2592000

/* The most months that a window is cut into: three hundred years. A ban from
 * beyond them, which a damaged database has told of, is counted by itself. */
enum { BAN_PERIODS_MONTHS = 3650 };

/* Whole periods and what is left over of a window: each is [from, to), and
 * empty when both are equal. */
struct ban_span {
	int64_t from, to;
};

struct ban_periods {
	struct ban_span rows[2];
	struct ban_span hours[2], days[2];
	struct ban_span months;
	bool all; /* everything, instead of all of these */
};

/**
 * Cut the window [from, to) into as few periods as there are for it, none
 * shorter than `shortest` (HOUR or DAY). What lies outside of oldest and
 * newest (the archive's first and last ban) counts as nothing.
 */
void ban_periods_cut(struct ban_periods *p, const struct ban_find *find,
    enum ban_level shortest, int64_t oldest, int64_t newest);

/**
 * The same with no period longer than `longest` (HOUR, DAY or MONTH), for a
 * window whose ends are both given: of one shorter than `shortest` all is left
 * over.
 */
void ban_periods_cut_short(struct ban_periods *p, const struct ban_find *find,
    enum ban_level shortest, enum ban_level longest);

#endif
