/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive of made-up bans, and what questions to it cost.
 *
 *	archive fill DIR ROWS      a database in DIR, ROWS bans of one year
 *	archive ask DIR TURNS      "name us" a line: median CPU time of each
 *
 * Of the bans 40 % are of distinct addresses; jails, networks and countries
 * are as uneven as they are in life. The rows go in without the indices,
 * which are made afterwards: minutes instead of hours for ten millions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sqlite3.h>

#include "base/addr_kind.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/time.h"
#include "db/db.h"
#include "db/migrate.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "service/archive/query.h"
#include "service/archive/stats_jails.h"
#include "service/archive/stats_top.h"
#include "store/ban_count.h"
#include "store/ban_find.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "store/ban_text_store.h"
#include "store/migrations.h"
#include "store/store.h"

enum {
	JAILS = 12,
	NETWORKS = 20000,
	YEAR_S = 365 * 86400,
	AT_ONCE = 100000, /* bans summed in one transaction */
	TURNS_MAX = 1000,
	INDICES_MAX = 16,
	V4_AT = 12,
};

static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "bench archive: %s: %s\n", what, why);
	exit(1);
}

static void
check(int rc, const struct error *err)
{
	if (rc < 0)
		die(err->where, err->detail);
}

static uint64_t
scatter(uint64_t i)
{
	i = (i ^ i >> 30) * 0xbf58476d1ce4e5b9U;
	i = (i ^ i >> 27) * 0x94d049bb133111ebU;
	return i ^ i >> 31;
}

/* 0 ... n - 1, small ones much more often. */
static uint64_t
uneven(uint64_t random, uint64_t n)
{
	uint64_t r = random & 0xffff, s = random >> 16 & 0xffff,
		 t = random >> 32 & 0xffff;

	return r * s / 65536 * t / 65536 * n / 65536;
}

/* The countries that there are, in an order of no meaning. */
struct countries {
	char codes[26 * 26][3];
	size_t n;
};

static void
countries_fill(struct countries *c)
{
	c->n = 0;
	for (uint64_t i = 0; i < 26 * 26; i++) {
		uint64_t at = i * 389 % (26 * 26);
		char code[3] = {
		    (char)('A' + at / 26), (char)('A' + at % 26), 0};

		if (geo_is_country(code, 2))
			memcpy(c->codes[c->n++], code, sizeof code);
	}
}

static void
run(sqlite3 *raw, const char *sql)
{
	if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		die(sql, sqlite3_errmsg(raw));
}

/* What made the indices of table ban, each to be made again. */
struct indices {
	char *sql[INDICES_MAX];
	size_t n;
};

static void
indices_drop(sqlite3 *raw, struct indices *out)
{
	sqlite3_stmt *s = NULL;
	char *drop[INDICES_MAX];

	out->n = 0;
	if (sqlite3_prepare_v2(raw,
		"SELECT sql, 'DROP INDEX ' || name FROM sqlite_schema"
		" WHERE type = 'index' AND tbl_name = 'ban' AND sql NOT NULL",
		-1, &s, NULL) != SQLITE_OK)
		die("indices", sqlite3_errmsg(raw));
	for (; sqlite3_step(s) == SQLITE_ROW && out->n < INDICES_MAX;
	     out->n++) {
		out->sql[out->n] =
		    strdup((const char *)sqlite3_column_text(s, 0));
		drop[out->n] = strdup((const char *)sqlite3_column_text(s, 1));
	}
	(void)sqlite3_finalize(s);
	for (size_t i = 0; i < out->n; i++) {
		run(raw, drop[i]);
		free(drop[i]);
	}
}

static void
indices_make(sqlite3 *raw, struct indices *in)
{
	for (size_t i = 0; i < in->n; i++) {
		run(raw, in->sql[i]);
		free(in->sql[i]);
	}
}

static void
names_insert(sqlite3 *raw)
{
	AUTO(buf_release) struct buf sql = BUF_INIT(4096);

	for (int i = 1; i <= JAILS; i++)
		buf_addf(&sql, "INSERT INTO ban_jail VALUES (%d, '%s%d');", i,
		    "jail-", i);
	run(raw, buf_str(&sql));
	run(raw, "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
		 " WHERE i < 20000) INSERT INTO ban_as"
		 " SELECT 64000 + i, 'Network of some provider ' || i FROM n");
}

/* One ban: everything but when follows from its address. */
static void
ban_bind(sqlite3_stmt *s, const struct countries *c, uint64_t i, uint64_t rows)
{
	uint64_t random = scatter(i), who = random % (rows * 4 / 10 + 1);
	uint64_t of = scatter(who + 1), net = uneven(of, NETWORKS);
	uint8_t key[17] = {[10] = 0xff, [11] = 0xff, [16] = 128};
	uint32_t v = (uint32_t)who * 2654435761U;
	int kind = of % 100 == 0 ? ADDR_PRIVATE : ADDR_GLOBAL;
	bool known = kind == ADDR_GLOBAL && of % 97 > 2;

	for (int b = 0; b < 4; b++)
		key[V4_AT + b] = (uint8_t)(v >> (24 - 8 * b));
	(void)sqlite3_bind_int64(s, 1, (sqlite3_int64)i);
	(void)sqlite3_bind_int64(s, 2,
	    time_now_s() - YEAR_S + (sqlite3_int64)(i * (YEAR_S - 60) / rows));
	(void)sqlite3_bind_int64(
	    s, 3, (sqlite3_int64)uneven(scatter(random), JAILS) + 1);
	(void)sqlite3_bind_blob(s, 4, key, sizeof key, SQLITE_TRANSIENT);
	(void)sqlite3_bind_int64(s, 5, (sqlite3_int64)(random % 20));
	(void)sqlite3_bind_null(s, 6);
	(void)sqlite3_bind_null(s, 7);
	if (known) {
		(void)sqlite3_bind_text(s, 6,
		    c->codes[uneven(scatter(net), c->n)], 2, SQLITE_STATIC);
		(void)sqlite3_bind_int64(s, 7, (sqlite3_int64)net + 64001);
	}
	(void)sqlite3_bind_int64(s, 8, kind);
	(void)sqlite3_bind_int64(s, 9, random >> 50 == 0 ? 1 : 0);
}

static void
bans_insert(sqlite3 *raw, uint64_t rows)
{
	struct countries c;
	sqlite3_stmt *s = NULL;

	countries_fill(&c);
	if (sqlite3_prepare_v2(raw,
		"INSERT INTO ban (id, banned_at, jail_id, addr_key, nth,"
		" bantime_s, ban_count, failures, country, asn, kind, origin)"
		" VALUES (?1, ?2, ?3, ?4, ?1, 600, 1, ?5, ?6, ?7, ?8, ?9)",
		-1, &s, NULL) != SQLITE_OK)
		die("insert", sqlite3_errmsg(raw));
	run(raw, "BEGIN");
	for (uint64_t i = 1; i <= rows; i++) {
		ban_bind(s, &c, i, rows);
		if (sqlite3_step(s) != SQLITE_DONE)
			die("insert", sqlite3_errmsg(raw));
		(void)sqlite3_reset(s);
	}
	(void)sqlite3_finalize(s);
	run(raw, "COMMIT");
}

static void
bans_sum(struct db *db, int64_t rows)
{
	struct error err = ERROR_INIT;

	for (int64_t at = 0; at < rows; at += AT_ONCE) {
		AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

		check(db_txn_begin(&txn, db, &err), &err);
		check(ban_sum_add(db, at + 1, at + AT_ONCE, &err), &err);
		check(db_txn_commit(&txn, &err), &err);
	}
}

static struct db *
archive_open(const char *dir)
{
	struct error err = ERROR_INIT;
	struct db *db = NULL;

	check(db_open(&db, dir, &err), &err);
	check(
	    db_migrate(db, dir, MIGRATIONS, MIGRATIONS_LEN, NULL, &err), &err);
	check(store_prepare(db, &err), &err);
	return db;
}

/* Every tenth ban has a line; one in ten thousand of them is of a user that
 * few have. */
static void
lines_insert(sqlite3 *raw)
{
	run(raw, "INSERT INTO ban_evidence (ban_id, size, data)"
		 " SELECT id, length(d), CAST(d AS BLOB) FROM (SELECT id,"
		 "  json_object('matches', json_array(json_array('', 'Nov 10 "
		 "14:41:11',"
		 "  ' host sshd[' || (id % 30000) || ']: Failed password for '"
		 "  || CASE WHEN id % 100000 = 0 THEN 'invalid user needle'"
		 "  WHEN id % 1000 = 0 THEN 'admin' ELSE 'root' END"
		 "  || ' from 11.' || (id % 256) || '.9.7 "
		 "port '"
		 "  || (id % 60000) || ' ssh2')), 'failures', 3) AS d"
		 "  FROM ban WHERE id % 10 = 0)");
}

static void
words_fill(struct db *db, int64_t last)
{
	struct error err = ERROR_INIT;
	int64_t filled_to = 0;

	while (filled_to < last) {
		AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

		check(db_txn_begin(&txn, db, &err), &err);
		for (int i = 0; i < 100 && filled_to < last; i++)
			check(ban_text_fill(
				  db, last, LIMIT_TEXT_FILL, &filled_to, &err),
			    &err);
		check(db_txn_commit(&txn, &err), &err);
	}
}

static void
fill(const char *dir, int64_t rows)
{
	AUTO(db_freep) struct db *db = archive_open(dir);
	AUTO(buf_release) struct buf path = BUF_INIT(4096);
	struct indices indices;
	sqlite3 *raw = NULL;

	buf_addf(&path, "%s/bangui.db", dir);
	if (sqlite3_open(buf_str(&path), &raw) != SQLITE_OK)
		die("open", sqlite3_errmsg(raw));
	run(raw, "PRAGMA synchronous = OFF; PRAGMA cache_size = -600000;"
		 "PRAGMA temp_store = MEMORY");
	indices_drop(raw, &indices);
	names_insert(raw);
	bans_insert(raw, (uint64_t)rows);
	indices_make(raw, &indices);
	lines_insert(raw);
	bans_sum(db, rows);
	words_fill(db, rows);
	run(raw, "UPDATE history_state SET last_id = (SELECT max(id) FROM ban),"
		 " n_rows = (SELECT count(*) FROM ban)");
	run(raw, "PRAGMA wal_checkpoint(TRUNCATE)");
	(void)sqlite3_close(raw);
}

static int64_t
cpu_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int
take_country(void *ctx, const char *country, int64_t bans, struct error *err)
{
	int64_t *sum = ctx;

	(void)country;
	(void)err;
	*sum += bans;
	return 0;
}

static int
take_asn(void *ctx, int64_t asn, int64_t bans, struct error *err)
{
	return asn == 0 ? 0 : take_country(ctx, "", bans, err);
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

enum question {
	TOTAL,
	BY_COUNTRY,
	BY_ASN,
	BY_JAIL,
	TREND,
	TOP,
	TOP_AGAIN,
	PAGE
};

struct asked {
	const char *name;
	enum question what;
	int64_t days; /* 0: all history */
	const char *country;
	const char *jail;
	int64_t asn;
	int origin;
	const char *net;
	const char *q;
};

static int
take_row(void *ctx, const struct ban_list_row *r, struct error *err)
{
	return take_country(ctx, "", r->id > 0, err);
}

static int
page(struct app *app, const struct ban_filter *filter, int64_t *sum,
    struct error *err)
{
	const struct ban_ask ask = {.filter = filter, .limit = 50};
	struct ban_list_page out;
	int rc = ban_list(app, &ask, take_row, sum, &out, err);

	return err->code == ERR_QUERY_BROAD ? 0 : rc; /* its time is told */
}

static int
jails(struct app *app, const struct ban_filter *filter, int64_t *sum,
    struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails s = {.n = 0};
	int rc = stats_by_jail(app, filter, &s, err);

	*sum += s.frame.total;
	return rc;
}

static int
trend(struct app *app, const struct ban_filter *filter, int64_t *sum,
    struct error *err)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	int rc = stats_trend(app, filter, &t, err);

	*sum += t.jails.frame.total;
	return rc;
}

static int
take_top(
    void *ctx, const struct ban_list_row *last, int64_t bans, struct error *err)
{
	(void)last;
	return take_country(ctx, "", bans, err);
}

/* Each look at the clock is two minutes later, so that no answer is known. */
static int64_t
later_s(void)
{
	static int64_t gone_s;

	gone_s += 120;
	return time_now_s() + gone_s;
}

static int
top(struct app *app, const struct ban_filter *filter, int64_t *sum,
    struct error *err)
{
	const struct ban_ask ask = {.filter = filter, .limit = 10};
	struct stats_top out;

	return stats_top(app, &ask, take_top, sum, &out, err);
}

static struct ban_filter
filter_of(const struct asked *a)
{
	struct ban_filter f = {.range = BAN_RANGE_ALL,
	    .asn = a->asn == 0 ? -1 : a->asn,
	    .origin = a->origin == 0 ? -1 : a->origin,
	    .has_net = a->net != NULL};
	struct error err = ERROR_INIT;

	if (a->days > 0) {
		f.range = BAN_RANGE_GIVEN;
		f.from = time_now_s() / 60 * 60 - a->days * 86400;
		f.to = -1;
	}
	if (a->country != NULL)
		memcpy(f.country, a->country, sizeof f.country);
	if (a->jail != NULL)
		f.jails[f.n_jails++] = a->jail;
	if (a->net != NULL && !addr_parse_net(a->net, strlen(a->net), &f.net))
		die(a->name, "no network");
	if (a->q != NULL)
		check(query_parse(a->q, strlen(a->q), &f.query, &err), &err);
	return f;
}

static int64_t
ask_once(struct db *db, const struct asked *a)
{
	struct app app = {
	    .db = db, .now_s = a->what == TOP ? later_s : time_now_s};
	struct ban_filter filter = filter_of(a);
	struct ban_filter_find f;
	struct error err = ERROR_INIT;
	int64_t sum = 0, begun = cpu_us();

	check(ban_filter_resolve(&app, &filter, &f, &err), &err);
	if (a->what == PAGE)
		check(page(&app, &filter, &sum, &err), &err);
	else if (a->what == BY_JAIL)
		check(jails(&app, &filter, &sum, &err), &err);
	else if (a->what == TOP || a->what == TOP_AGAIN)
		check(top(&app, &filter, &sum, &err), &err);
	else if (a->what == TREND)
		check(trend(&app, &filter, &sum, &err), &err);
	else if (a->what == TOTAL)
		check(ban_count_total(db, &f.find, &sum, &err), &err);
	else if (a->what == BY_COUNTRY)
		check(
		    ban_count_by_country(db, &f.find, take_country, &sum, &err),
		    &err);
	else
		check(
		    ban_count_by_asn(db, &f.find, take_asn, &sum, &err), &err);
	return cpu_us() - begun;
}

/* clang-format off */
static const struct asked ASKED[] = {
	{ .name = "total_all", .what = TOTAL },
	{ .name = "total_365d", .what = TOTAL, .days = 364 },
	{ .name = "by_country_all", .what = BY_COUNTRY },
	{ .name = "by_country_24h", .what = BY_COUNTRY, .days = 1 },
	{ .name = "by_country_7d", .what = BY_COUNTRY, .days = 7 },
	{ .name = "by_country_30d", .what = BY_COUNTRY, .days = 30 },
	{ .name = "by_country_365d", .what = BY_COUNTRY, .days = 364 },
	{ .name = "by_country_365d_jail", .what = BY_COUNTRY, .days = 364, .jail = "jail-3" },
	{ .name = "by_country_365d_asn", .what = BY_COUNTRY, .days = 364, .asn = 64001 },
	{ .name = "by_asn_all", .what = BY_ASN },
	{ .name = "by_asn_24h", .what = BY_ASN, .days = 1 },
	{ .name = "by_asn_30d", .what = BY_ASN, .days = 30 },
	{ .name = "by_asn_365d", .what = BY_ASN, .days = 364 },
	{ .name = "by_jail_24h", .what = BY_JAIL, .days = 1 },
	{ .name = "by_jail_30d", .what = BY_JAIL, .days = 30 },
	{ .name = "by_jail_all", .what = BY_JAIL },
	{ .name = "trend_24h", .what = TREND, .days = 1 },
	{ .name = "trend_7d", .what = TREND, .days = 7 },
	{ .name = "trend_30d", .what = TREND, .days = 30 },
	{ .name = "trend_365d", .what = TREND, .days = 364 },
	{ .name = "trend_all", .what = TREND },
	{ .name = "trend_30d_country", .what = TREND, .days = 30, .country = "DE" },
	{ .name = "trend_365d_jail", .what = TREND, .days = 364, .jail = "jail-3" },
	{ .name = "top_24h", .what = TOP, .days = 1 },
	{ .name = "top_7d", .what = TOP, .days = 7 },
	{ .name = "top_30d", .what = TOP, .days = 30 },
	{ .name = "top_30d_again", .what = TOP_AGAIN, .days = 30 },
	{ .name = "top_365d", .what = TOP, .days = 364 },
	{ .name = "top_all", .what = TOP },
	{ .name = "top_30d_jail", .what = TOP, .days = 30, .jail = "jail-3" },
	{ .name = "top_30d_country", .what = TOP, .days = 30, .country = "DE" },
	{ .name = "top_365d_country", .what = TOP, .days = 364, .country = "DE" },
	{ .name = "page", .what = PAGE },
	{ .name = "page_24h", .what = PAGE, .days = 1 },
	{ .name = "page_jail", .what = PAGE, .jail = "jail-3" },
	{ .name = "page_country", .what = PAGE, .country = "DE" },
	{ .name = "page_unknown", .what = PAGE, .country = "ZZ" },
	{ .name = "page_asn", .what = PAGE, .asn = 64100 },
	{ .name = "page_origin", .what = PAGE, .origin = 1 },
	{ .name = "page_address", .what = PAGE, .net = "11.22.33.44" },
	{ .name = "page_slash24", .what = PAGE, .net = "11.22.33.0/24" },
	{ .name = "page_slash16", .what = PAGE, .net = "11.22.0.0/16" },
	{ .name = "page_slash8", .what = PAGE, .net = "11.0.0.0/8" },
	{ .name = "page_slash0", .what = PAGE, .net = "0.0.0.0/0" },
	{ .name = "page_jail_country", .what = PAGE, .jail = "jail-9", .country = "DE" },
	{ .name = "page_jail_asn", .what = PAGE, .jail = "jail-9", .asn = 64001 },
	{ .name = "page_jail_origin", .what = PAGE, .jail = "jail-7", .origin = 1 },
	{ .name = "page_country_asn", .what = PAGE, .country = "DE", .asn = 64001 },
	{ .name = "page_country_origin", .what = PAGE, .country = "DE", .origin = 1 },
	{ .name = "page_asn_origin", .what = PAGE, .asn = 64001, .origin = 1 },
	{ .name = "page_slash8_jail", .what = PAGE, .net = "11.0.0.0/8", .jail = "jail-9" },
	{ .name = "page_slash8_country", .what = PAGE, .net = "11.0.0.0/8", .country = "DE" },
	{ .name = "one_not_country", .what = PAGE, .q = "country:!DE" },
	{ .name = "one_fails", .what = PAGE, .q = "fails>=18" },
	{ .name = "one_kind", .what = PAGE, .q = "kind:private" },
	{ .name = "one_bantime", .what = PAGE, .q = "bantime<1h" },
	{ .name = "one_jail", .what = PAGE, .q = "jail:jail-3" },
	{ .name = "one_or", .what = PAGE, .q = "country:DE OR fails>=18" },
	{ .name = "text_rare", .what = PAGE, .q = "\"user needle\"" },
	{ .name = "text_often", .what = PAGE, .q = "\"failed password\"" },
	{ .name = "text_some", .what = PAGE, .q = "\"for admin\"" },
	{ .name = "text_often_jail", .what = PAGE, .q = "\"failed password\" jail:jail-9" },
	{ .name = "two_fails_country", .what = PAGE, .q = "fails>=18 country:DE" },
	{ .name = "two_fails_jail", .what = PAGE, .q = "fails>=18 jail:jail-9" },
	{ .name = "two_kind_jail", .what = PAGE, .q = "kind:private jail:jail-9" },
	{ .name = "two_not_asn", .what = PAGE, .q = "country:!DE asn:64001" },
	{ .name = "two_text_jail", .what = PAGE, .q = "\"user needle\" jail:jail-3" },
	{ .name = "none_fails", .what = PAGE, .q = "fails>=1000" },
	{ .name = "page_365d_jail", .what = PAGE, .days = 364, .jail = "jail-3" },
};
/* clang-format on */

static void
ask(const char *dir, size_t turns)
{
	AUTO(db_freep) struct db *db = archive_open(dir);
	int64_t took[TURNS_MAX];

	for (size_t i = 0; i < ARRAY_LEN(ASKED); i++) {
		(void)ask_once(db, &ASKED[i]); /* into the cache */
		for (size_t n = 0; n < turns; n++)
			took[n] = ask_once(db, &ASKED[i]);
		qsort(took, turns, sizeof took[0], compare);
		(void)printf(
		    "%s %lld\n", ASKED[i].name, (long long)took[turns / 2]);
	}
}

int
main(int argc, char **argv)
{
	int64_t n = 0;

	if (argc != 4 ||
	    !num_parse_i64(argv[3], strlen(argv[3]), 1, 100000000, &n))
		die("usage", "archive fill DIR ROWS | archive ask DIR TURNS");
	if (strcmp(argv[1], "fill") == 0)
		fill(argv[2], n);
	else
		ask(argv[2], n < TURNS_MAX ? (size_t)n : TURNS_MAX);
	return 0;
}
