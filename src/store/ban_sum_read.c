/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_sum_read.h"

#include "db/db.h"
#include "store/ban_store.h"

/* The archive's ends decide what need not be cut off. */
int
ban_sum_periods(struct db *db, const struct ban_find *find,
    enum ban_level shortest, struct ban_periods *p, struct error *err)
{
	int64_t oldest = 0, newest = 0;
	int rc = ban_store_span(db, &oldest, &newest, err);

	*p = (struct ban_periods){0}; /* no bans at all */
	if (rc == 1)
		ban_periods_cut(p, find, shortest, oldest, newest);
	return rc;
}

static void
bind_span(struct db_query *q, int at, const struct ban_span *s)
{
	db_bind_i64(q, at, s->from);
	db_bind_i64(q, at + 1, s->to);
}

/* What sums are asked with: everything but the periods. */
void
ban_sum_bind_filters(struct db_query *q, const struct ban_find *find,
    const struct ban_periods *p, struct ban_sum_room *room)
{
	struct ban_find without = *find;

	without.net = NULL;
	ban_find_bind(q, &without, &room->find);
	bind_span(q, SUM_AT_ROWS, &p->rows[0]);
	bind_span(q, SUM_AT_ROWS + 2, &p->rows[1]);
	db_bind_text(
	    q, SUM_AT_JAILS, find->jails == NULL ? "[0]" : room->find.jails);
}

void
ban_sum_bind_spans(struct db_query *q, const struct ban_periods *p)
{
	bind_span(q, SUM_AT_HOURS, &p->hours[0]);
	bind_span(q, SUM_AT_HOURS + 2, &p->hours[1]);
	bind_span(q, SUM_AT_DAYS, &p->days[0]);
	bind_span(q, SUM_AT_DAYS + 2, &p->days[1]);
	bind_span(q, SUM_AT_MONTHS, &p->months);
	db_bind_i64(q, SUM_AT_ALL, 0);
	db_bind_i64(q, SUM_AT_ALL + 1, p->all ? 1 : 0);
}

void
ban_sum_room_release(struct ban_sum_room *room)
{
	buf_release(&room->months);
	buf_release(&room->days);
	buf_release(&room->hours);
}

static int
starts_write(struct buf *b, const struct ban_span spans[], size_t n, int64_t s,
    struct error *err)
{
	buf_add_str(b, "[");
	for (size_t i = 0; i < n; i++)
		for (int64_t at = spans[i].from; at < spans[i].to && !b->failed;
		     at += s) {
			if (b->len > 1)
				buf_add_str(b, ",");
			buf_add_i64(b, at);
		}
	buf_add_str(b, "]");
	return buf_check(b, err);
}

int
ban_sum_bind_starts(struct db_query *q, const struct ban_periods *p,
    struct ban_sum_room *room, struct error *err)
{
	if (starts_write(&room->months, &p->months, 1, BAN_MONTH_S, err) < 0 ||
	    starts_write(&room->days, p->days, 2, BAN_DAY_S, err) < 0 ||
	    starts_write(&room->hours, p->hours, 2, BAN_HOUR_S, err) < 0)
		return -1;
	db_bind_text(q, SUM_AT_HOURS, buf_str(&room->hours));
	db_bind_text(q, SUM_AT_DAYS, buf_str(&room->days));
	db_bind_text(q, SUM_AT_MONTHS, buf_str(&room->months));
	db_bind_text(q, SUM_AT_ALL, p->all ? "[0]" : "[]");
	return 0;
}
