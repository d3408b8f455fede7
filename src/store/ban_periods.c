/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_periods.h"

#include "store/ban_find.h"

#define PERIODS_S (BAN_PERIODS_MONTHS * (int64_t)BAN_MONTH_S)

static int64_t
floor_to(int64_t t, int64_t s)
{
	return t / s * s; /* no ban is from before 1970 */
}

static int64_t
ceil_to(int64_t t, int64_t s)
{
	return (t + s - 1) / s * s;
}

/* The whole multiples of s in a window; rest gets what is left over at its
 * ends, or all of it when it holds none. */
static bool
cut(struct ban_span window, int64_t s, struct ban_span rest[2],
    struct ban_span *whole)
{
	int64_t begin = ceil_to(window.from, s), end = floor_to(window.to, s);

	rest[0] = window;
	rest[1] = *whole = (struct ban_span){0};
	if (begin >= end)
		return false;
	rest[0].to = begin;
	rest[1] = (struct ban_span){end, window.to};
	*whole = (struct ban_span){begin, end};
	return true;
}

/* The end of the period that newest is in, where nothing need be cut off. */
static int64_t
behind(int64_t newest)
{
	return newest > INT64_MAX - BAN_MONTH_S
		   ? INT64_MAX
		   : floor_to(newest, BAN_MONTH_S) + BAN_MONTH_S;
}

static void
cut_all(struct ban_periods *p, struct ban_span window, enum ban_level shortest,
    enum ban_level longest)
{
	p->rows[0] = window;
	if (shortest > longest)
		return;
	if (shortest == BAN_LEVEL_HOUR) {
		if (!cut(window, BAN_HOUR_S, p->rows, &p->hours[0]) ||
		    longest == BAN_LEVEL_HOUR ||
		    !cut(p->hours[0], BAN_DAY_S, p->hours, &p->days[0]))
			return;
	} else if (!cut(window, BAN_DAY_S, p->rows, &p->days[0])) {
		return;
	}
	if (longest >= BAN_LEVEL_MONTH)
		(void)cut(p->days[0], BAN_MONTH_S, p->days, &p->months);
}

void
ban_periods_cut(struct ban_periods *p, const struct ban_find *find,
    enum ban_level shortest, int64_t oldest, int64_t newest)
{
	struct ban_span window = {
	    find->from <= oldest ? floor_to(oldest, BAN_MONTH_S) : find->from,
	    find->to > newest ? behind(newest) : find->to,
	};
	int64_t end = window.to;

	*p = (struct ban_periods){
	    .all = find->from <= oldest && find->to > newest};
	if (p->all || window.from >= window.to)
		return;
	if (end - PERIODS_S > window.from)
		window.to = window.from + PERIODS_S;
	cut_all(p, window, shortest, BAN_LEVEL_MONTH);
	if (p->rows[1].to > 0 && p->rows[1].to < end &&
	    end - PERIODS_S > p->rows[0].from)
		p->rows[1].to = end;
}

void
ban_periods_cut_short(struct ban_periods *p, const struct ban_find *find,
    enum ban_level shortest, enum ban_level longest)
{
	*p = (struct ban_periods){.all = false};
	if (find->from < find->to)
		cut_all(p, (struct ban_span){find->from, find->to}, shortest,
		    longest);
}
