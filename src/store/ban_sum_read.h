/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the statements have in common that read the sums of
 * store/ban_sum_store.h: their text, as macros, and what is bound to them.
 */
#ifndef BANGUI_STORE_BAN_SUM_READ_H
#define BANGUI_STORE_BAN_SUM_READ_H

#include "base/buf.h"
#include "base/macros.h"
#include "store/ban_find.h"
#include "store/ban_periods.h"

struct db;
struct db_query;
struct error;

/* Parameters besides those of BAN_FIND_FILTERS: ?1 to ?4 what is counted from
 * rows, ?5 the jails of sums, ?13 on the periods. */
enum {
	SUM_AT_ROWS = 1,
	SUM_AT_JAILS = 5,
	SUM_AT_HOURS = 13,
	SUM_AT_DAYS = 17,
	SUM_AT_MONTHS = 21,
	SUM_AT_ALL = 23
};

#define SUM_COUNTRY                                                            \
	"CASE WHEN kind <> 0 THEN '' ELSE coalesce(country, 'ZZ') END"
#define SUM_ASN "CASE WHEN kind <> 0 THEN -1 ELSE coalesce(asn, 0) END"

/* Periods of one level with start in [a, b); where those are none, not even
 * the list of jails is read. */
#define SUM_PERIODS(what, table, level, a, b, where)                           \
	"SELECT " what ", bans FROM " table " WHERE " a " < " b                \
	" AND level = " level                                                  \
	" AND jail_id IN (SELECT value FROM json_each(?5))"                    \
	" AND start >= " a " AND start < " b                                   \
	" AND (?9 IS NULL OR origin = ?9)" where
#define SUM_MONTHS_AND_ALL(what, table, where)                                 \
	SUM_PERIODS(what, table, "3", "?23", "?24", where)                     \
	" UNION ALL " SUM_PERIODS(                                             \
	    what, table, "2", "?21", "?22", where) " UNION ALL "
#define SUM_DAYS(what, table, where)                                           \
	SUM_PERIODS(what, table, "1", "?17", "?18", where)                     \
	" UNION ALL " SUM_PERIODS(                                             \
	    what, table, "1", "?19", "?20", where) " UNION ALL "
#define SUM_HOURS(what, table, where)                                          \
	SUM_PERIODS(what, table, "0", "?13", "?14", where)                     \
	" UNION ALL " SUM_PERIODS(                                             \
	    what, table, "0", "?15", "?16", where) " UNION ALL "
/* What is left over at both ends. */
#define SUM_ROWS_OF(what, a, b)                                                \
	"SELECT " what ", 1 FROM " BAN_FIND_BY_TIME "banned_at >= " a          \
	" AND banned_at < " b BAN_FIND_FILTERS
#define SUM_ROWS(what)                                                         \
	SUM_ROWS_OF(what, "?1", "?2")                                          \
	" UNION ALL " SUM_ROWS_OF(what, "?3", "?4")

/* For one country or AS the periods are named one by one: it is looked up in
 * each of them, instead of going through all that they hold. */
#define SUM_ONE(what, table, level, list, of)                                  \
	"SELECT " what ", bans FROM " table " WHERE level = " level            \
	" AND jail_id IN (SELECT value FROM json_each(?5))"                    \
	" AND start IN (SELECT value FROM json_each(" list "))" of             \
	" AND (?9 IS NULL OR origin = ?9)"
#define SUM_ASN_ROWS_OF(what, a, b)                                            \
	"SELECT " what ", 1 FROM ban INDEXED BY ban_asn_time"                  \
	" WHERE asn = ?8 AND banned_at >= " a                                  \
	" AND banned_at < " b BAN_FIND_FILTERS

#define SUM_ONE_COUNTRY " AND country = ?7"
#define SUM_ONE_ASN " AND asn = ?8 AND (?7 IS NULL OR country = ?7)"
#define SUM_ANY_COUNTRY " AND (?7 IS NULL OR country = ?7)"

/* Bans one by one: those inside of a network. */
#define SUM_IN_NET(what)                                                       \
	"SELECT " what ", 1 AS bans FROM ban"                                  \
	" WHERE addr_key BETWEEN ?10 AND ?11" BAN_FIND_FILTERS                 \
	" AND +banned_at >= ?1 AND +banned_at < ?2"

/* Room for the starts of all months; there are fewer days and hours. */
enum { SUM_STARTS_MAX = BAN_PERIODS_MONTHS * sizeof "4611686018427387904," };

/* What bound parameters point at. */
struct ban_sum_room {
	struct ban_find_room find;
	struct buf months, days, hours;
};

#define BAN_SUM_ROOM_INIT                                                      \
	{                                                                      \
		.months = BUF_INIT(SUM_STARTS_MAX),                            \
		.days = BUF_INIT(SUM_STARTS_MAX),                              \
		.hours = BUF_INIT(SUM_STARTS_MAX)                              \
	}

void ban_sum_room_release(struct ban_sum_room *room);

/** Cut find's time into periods from shortest on. 1, or 0: there are no bans
 * at all, and p is empty. */
NODISCARD int ban_sum_periods(struct db *db, const struct ban_find *find,
    enum ban_level shortest, struct ban_periods *p, struct error *err);

/** Bind all filters but the network, and what is counted from rows; without a
 * filter by jail, the sums of all of them. */
void ban_sum_bind_filters(struct db_query *q, const struct ban_find *find,
    const struct ban_periods *p, struct ban_sum_room *room);

/** Bind the periods as SUM_PERIODS() takes them. */
void ban_sum_bind_spans(struct db_query *q, const struct ban_periods *p);

/** Bind the periods as SUM_ONE() takes them, one by one. */
NODISCARD int ban_sum_bind_starts(struct db_query *q,
    const struct ban_periods *p, struct ban_sum_room *room, struct error *err);

#endif
