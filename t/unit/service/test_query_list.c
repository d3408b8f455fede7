/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a query finds, held against the same tree applied to each ban in C.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr_kind.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "service/archive/ban_walk.h"
#include "service/archive/query.h"
#include "service/archive/stats.h"
#include "service/archive/stats_top.h"
#include "store/ban_store.h"
#include "store/ban_text_store.h"
#include "t/lib/query_print.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30, BANS = 350 };

static int64_t
now_s(void)
{
	return NOW;
}

static struct app
app_of(struct archive_env *e)
{
	return (struct app){.db = e->db, .now_s = now_s};
}

/* The lines of a ban, by its number. */
static void
lines_of(int64_t id, char *out, size_t size)
{
	static const char *const USERS[] = {"root", "admin", "j.doe"};

	(void)snprintf(out, size,
	    "Failed password for %s from 11.0.%lld.%lld port %lld",
	    USERS[id % 3], (long long)id % 4, (long long)id % 32,
	    (long long)id);
}

/* Each ban but every eleventh has lines; some of them in three pieces. */
static void
add_lines(struct archive_env *e)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;
	int64_t filled = 0;

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	for (int64_t id = 1; id <= e->n; id++) {
		char lines[128], data[256];

		if (id % 11 == 0)
			continue;
		lines_of(id, lines, sizeof lines);
		(void)snprintf(data, sizeof data,
		    id % 2 == 0 ? "{\"matches\":[\"%s\"],\"failures\":3}"
				: "{\"matches\":[[\"Nov 1 \",\"\",\"%s\"]]}",
		    lines);
		assert_int_equal(ban_store_add_evidence(e->db, id, data,
				     strlen(data), strlen(data), &err),
		    0);
	}
	while (filled < e->n)
		assert_int_equal(
		    ban_text_fill(e->db, e->n, 100, &filled, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

/* A ban as the oracle sees it. */
struct ban {
	int64_t id, at, fails, count, bantime, asn, origin, kind;
	char jail[16], country[4];
	struct addr addr;
};

struct oracle {
	struct ban bans[BANS]; /* the newest first */
	int64_t n;
};

static void
oracle_fill(struct archive_env *e, struct oracle *o)
{
	sqlite3_stmt *s = NULL;

	o->n = 0;
	assert_int_equal(
	    sqlite3_prepare_v2(e->raw,
		"SELECT b.id, banned_at, ifnull(failures, -9), ban_count,"
		" bantime_s, ifnull(asn, 0), origin, kind, name,"
		" ifnull(country, 'ZZ'), addr_key"
		" FROM ban AS b JOIN ban_jail AS j ON j.id = jail_id"
		" ORDER BY banned_at DESC, b.id DESC",
		-1, &s, NULL),
	    SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		struct ban *b = &o->bans[o->n++];
		const uint8_t *key = sqlite3_column_blob(s, 10);

		*b = (struct ban){
		    sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
		    sqlite3_column_int64(s, 2), sqlite3_column_int64(s, 3),
		    sqlite3_column_int64(s, 4), sqlite3_column_int64(s, 5),
		    sqlite3_column_int64(s, 6), sqlite3_column_int64(s, 7), "",
		    "", {{0}, 0}
                };
		(void)snprintf(b->jail, sizeof b->jail, "%s",
		    (const char *)sqlite3_column_text(s, 8));
		(void)snprintf(b->country, sizeof b->country, "%s",
		    (const char *)sqlite3_column_text(s, 9));
		memcpy(b->addr.bytes, key, 16);
		b->addr.prefix_len = key[16];
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

static bool
compare(int64_t a, enum ban_query_op op, int64_t b)
{
	switch (op) {
	case BAN_QUERY_EQ:
		return a == b;
	case BAN_QUERY_GE:
		return a >= b;
	case BAN_QUERY_LE:
		return a <= b;
	case BAN_QUERY_GT:
		return a > b;
	case BAN_QUERY_LT:
		return a < b;
	case BAN_QUERY_OP__MAX:
		break;
	}
	return false;
}

static bool
bantime_holds(const struct ban *b, const struct ban_query_node *n)
{
	if (n->op == BAN_QUERY_EQ)
		return b->bantime == n->value;
	if (b->bantime == -1)
		return n->op == BAN_QUERY_GE || n->op == BAN_QUERY_GT;
	return b->bantime >= 0 &&
	       compare(b->bantime, (enum ban_query_op)n->op, n->value);
}

static bool
text_holds(const struct ban *b, const char *text)
{
	char lines[128];

	lines_of(b->id, lines, sizeof lines);
	return b->id % 11 != 0 && strcasestr(lines, text) != NULL;
}

static bool
term_holds(const struct ban_query *q, uint16_t at, const struct ban *b)
{
	const struct ban_query_node *n = &q->nodes[at];
	int64_t then = n->relative ? NOW / 60 * 60 + 60 - n->value : n->value;
	const char *text = ban_query_text(q, at);

	switch ((enum ban_query_kind)n->kind) {
	case BAN_QUERY_JAIL:
		return strcmp(b->jail, text) == 0;
	case BAN_QUERY_COUNTRY:
		return b->kind == ADDR_GLOBAL && strcmp(b->country, text) == 0;
	case BAN_QUERY_SINCE:
		return b->at >= then;
	case BAN_QUERY_UNTIL:
		return b->at < then;
	case BAN_QUERY_IP:
		return addr_contains(&n->net, &b->addr);
	case BAN_QUERY_FAILS:
		return b->fails >= 0 &&
		       compare(b->fails, (enum ban_query_op)n->op, n->value);
	case BAN_QUERY_COUNT:
		return compare(b->count, (enum ban_query_op)n->op, n->value);
	case BAN_QUERY_BANTIME:
		return bantime_holds(b, n);
	case BAN_QUERY_ASN:
		return b->asn == n->value &&
		       (n->value > 0 || b->kind == ADDR_GLOBAL);
	case BAN_QUERY_ORIGIN:
		return b->origin == n->value;
	case BAN_QUERY_KIND:
		return b->kind == n->value;
	case BAN_QUERY_TEXT:
		return text_holds(b, text);
	case BAN_QUERY_AND:
	case BAN_QUERY_OR:
	case BAN_QUERY__MAX:
		break;
	}
	return false;
}

static bool
holds(const struct ban_query *q, uint16_t at, const struct ban *b)
{
	const struct ban_query_node *n = &q->nodes[at];
	bool result = n->kind == BAN_QUERY_AND;

	if (n->kind != BAN_QUERY_AND && n->kind != BAN_QUERY_OR)
		return term_holds(q, at, b) != n->negated;
	for (uint16_t c = n->first; c != BAN_QUERY_NONE; c = q->nodes[c].next)
		if (holds(q, c, b) != result) {
			result = !result;
			break;
		}
	return result != n->negated;
}

static struct ban_filter
filter_of(const char *text)
{
	struct ban_filter f = {.range = BAN_RANGE_ALL, .asn = -1, .origin = -1};
	struct error err = ERROR_INIT;

	if (query_parse(text, strlen(text), &f.query, &err) < 0)
		fail_msg("%s: %d: %s", text, err.fields[0].column,
		    err.fields[0].message);
	return f;
}

struct ids {
	int64_t at[BANS];
	int64_t n;
};

static int
take(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct ids *l = ctx;

	(void)err;
	l->at[l->n++] = r->id;
	return 0;
}

static void
page_of(struct archive_env *e, const struct ban_filter *f, const char *cursor,
    struct ids *out, struct ban_list_page *page)
{
	struct app app = app_of(e);
	struct error err = ERROR_INIT;

	if (ban_list(&app, &(struct ban_ask){f, 60, cursor}, take, out, page,
		&err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
}

static int
count_country(struct archive_env *e, const struct ban_filter *f)
{
	struct stats_countries *s = calloc(1, sizeof *s);
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	int64_t total;

	assert_non_null(s);
	if (stats_by_country(&app, f, s, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
	total = s->frame.total;
	free(s);
	return (int)total;
}

static int
count_one(void *ctx, const struct stats_asn *a, struct error *err)
{
	(void)ctx;
	(void)a;
	(void)err;
	return 0;
}

static int
count_asn(struct archive_env *e, const struct ban_filter *f)
{
	struct app app = app_of(e);
	struct stats_frame frame = {0};
	struct error err = ERROR_INIT;

	if (stats_by_asn(&app, &(struct ban_ask){f, 10, NULL}, count_one, NULL,
		&frame, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
	return (int)frame.total;
}

static int
add_top(
    void *ctx, const struct ban_list_row *r, int64_t bans, struct error *err)
{
	int64_t *sum = ctx;

	(void)r;
	(void)err;
	*sum += bans;
	return 0;
}

/* Of all addresses, the hundred with the most bans. */
static int64_t
count_top(struct archive_env *e, const struct ban_filter *f, int64_t *sum)
{
	struct app app = app_of(e);
	struct stats_top out = {.exact = false};
	struct error err = ERROR_INIT;

	*sum = 0;
	if (stats_top(&app, &(struct ban_ask){f, 100, NULL}, add_top, sum, &out,
		&err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
	return out.frame.total;
}

/* All pages there and back, their total, and what statistics count. Gives how
 * many bans it found. */
static int64_t
assert_finds(struct archive_env *e, const struct oracle *o, const char *text)
{
	const struct ban_filter f = filter_of(text);
	struct ids wanted = {.n = 0}, got = {.n = 0};
	struct ban_list_page page = {.total = -9};
	int64_t tops = 0;

	for (int64_t i = 0; i < o->n; i++)
		if (f.query.n == 0 ||
		    holds(&f.query, f.query.root, &o->bans[i]))
			wanted.at[wanted.n++] = o->bans[i].id;
	page_of(e, &f, NULL, &got, &page);
	while (page.next_cursor[0] != '\0')
		page_of(e, &f, page.next_cursor, &got, &page);
	if (got.n != wanted.n)
		fail_msg("%s: %lld, not %lld", text, (long long)got.n,
		    (long long)wanted.n);
	assert_memory_equal(got.at, wanted.at, (size_t)got.n * 8);
	if (page.total_exact ? page.total != got.n : page.total != -1)
		fail_msg("%s: total %lld", text, (long long)page.total);
	while (page.prev_cursor[0] != '\0') {
		got.n = 0;
		page_of(e, &f, page.prev_cursor, &got, &page);
	}
	assert_memory_equal(got.at, wanted.at, (size_t)got.n * 8);
	if (count_country(e, &f) != wanted.n || count_asn(e, &f) != wanted.n)
		fail_msg("%s: %d by country, %d by network", text,
		    count_country(e, &f), count_asn(e, &f));
	if (count_top(e, &f, &tops) != wanted.n || tops > wanted.n ||
	    (wanted.n > 0 && tops == 0))
		fail_msg("%s: %lld by address", text, (long long)tops);
	return wanted.n;
}

static void
every_term_finds_what_it_says(void **state)
{
	static const char *const QUERIES[] = {"jail:jail-2", "jail:!jail-2",
	    "jail:none", "jail:jail-1 jail:jail-2",
	    "jail:jail-1 OR jail:jail-2", "jail:jail-1 OR country:DE",
	    "country:DE", "country:!DE", "country:ZZ", "country:DE country:FR",
	    "country:DE OR country:FR", "since:30d", "until:30d", "-since:30d",
	    "since:40d until:20d", "since:60d OR until:70d", "ip:11.0.2.0/24",
	    "ip:!11.0.2.0/24", "11.0.1.7", "ip:11.0.1.0/24 ip:11.0.1.0/28",
	    "2001:db8::/32", "fails>=3", "-fails>=3", "fails:0", "fails<2",
	    "fails<=2 fails>0", "count>2", "count:4", "bantime>=10m",
	    "bantime>10m", "bantime<20m", "bantime<=10m", "bantime:0",
	    "bantime:permanent", "bantime:unknown", "-bantime>=10m",
	    "asn:64501", "asn:!64501", "asn:unknown", "asn:64500 asn:64501",
	    "origin:manual", "origin:!manual", "origin:manual origin:fail2ban",
	    "kind:private", "kind:text", "kind:!global", "root", "-root",
	    "\"for root from\"", "\"root for\"", "j.doe", "J.DOE",
	    "\"from 11.0.2\"", "port", "-port", "\"port 77\"", "root OR j.doe",
	    "root jail:jail-1", "\"a\\\" OR 1 --\"", "\"root NEAR admin\"",
	    "country:DE origin:manual", "jail:jail-1 country:DE fails>=2 root",
	    "(jail:jail-1 OR root) -(country:DE OR fails<2)"};
	struct archive_env *e = *state;
	struct oracle *o = calloc(1, sizeof *o);
	int64_t found = 0;

	assert_non_null(o);
	archive_add(e, BANS);
	add_lines(e);
	oracle_fill(e, o);
	for (size_t i = 0; i < ARRAY_LEN(QUERIES); i++)
		found += assert_finds(e, o, QUERIES[i]) > 0;
	assert_in_range(found, ARRAY_LEN(QUERIES) - 12, ARRAY_LEN(QUERIES) - 5);
	free(o);
}

/* Trees of any shape. */
static void
every_tree_finds_what_it_says(void **state)
{
	static const char *const TERMS[] = {"jail:jail-1", "-jail:jail-2",
	    "country:DE", "country:!FR", "fails>=2", "fails<5", "root",
	    "-\"for admin\"", "asn:64501", "asn:unknown", "origin:manual",
	    "since:50d", "until:10d", "ip:11.0.1.0/24", "count>=2",
	    "bantime>=10m", "kind:global"};
	struct archive_env *e = *state;
	struct oracle *o = calloc(1, sizeof *o);
	int trees = unit_size(60, 8);
	int64_t found = 0;

	assert_non_null(o);
	archive_add(e, unit_size(BANS, 200));
	add_lines(e);
	oracle_fill(e, o);
	for (int i = 0; i < trees; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_QUERY);
		int open = 0;

		for (int k = 0; k < 2 + i % 5; k++) {
			int64_t shape = archive_random(e, 6);

			buf_add_str(&b, k == 0 ? "" : shape % 2 ? " OR " : " ");
			if (shape == 4)
				buf_add_str(&b, "-(");
			if (shape == 5)
				buf_add_str(&b, "(");
			open += shape >= 4;
			buf_add_str(
			    &b, TERMS[archive_random(e, ARRAY_LEN(TERMS))]);
			if (open > 0 && shape < 2) {
				buf_add_str(&b, ")");
				open--;
			}
		}
		while (open-- > 0)
			buf_add_str(&b, ")");
		found += assert_finds(e, o, buf_str(&b)) > 0;
	}
	assert_in_range(found, trees * 7 / 12, trees - unit_size(1, 0));
	free(o);
}

static void
single_filters_and_query_are_one_question(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct ban_filter f = filter_of("jail:jail-1 country:DE asn:64501"
					" origin:manual since:30d"
					" ip:11.0.0.0/16");
	struct ban_filter_find *out = calloc(1, sizeof *out);
	struct error err = ERROR_INIT;

	assert_non_null(out);
	archive_add(e, 50);
	assert_int_equal(ban_filter_resolve(&app, &f, out, &err), 0);
	assert_null(out->find.rest); /* all of it has an index or a sum */
	assert_int_equal(out->find.n_jails, 1);
	assert_string_equal(out->find.country, "DE");
	assert_true(out->find.asn == 64501);
	assert_int_equal(out->find.origin, BAN_BY_HAND);
	assert_non_null(out->find.net);
	assert_true(out->find.from == NOW / 60 * 60 + 60 - 30 * 86400);
	assert_true(out->from == out->find.from);
	f = filter_of("jail:jail-2");
	f.jails[f.n_jails++] = "jail-1";
	f.range = BAN_RANGE_GIVEN;
	f.from = 5;
	f.to = -1;
	assert_int_equal(ban_filter_resolve(&app, &f, out, &err), 0);
	assert_int_equal(out->find.n_jails, 1); /* both must hold */
	assert_non_null(out->find.rest);
	assert_true(out->find.from == 5);
	free(out);
}

/* Signs of FTS5's own language, and of SQL's, are signs in a text. */
static void
hostile_text_is_text(void **state)
{
	static const char *const TEXTS[] = {"\"* ^ root\"", "\"root'; --\"",
	    "\"{root}:+(root)\"", "text:root^2*", "\"\\\"root\\\"\""};
	struct archive_env *e = *state;
	struct ids got = {.n = 0}, root = {.n = 0};
	struct ban_list_page page;

	archive_add(e, 50);
	add_lines(e);
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		struct ban_filter f = filter_of(TEXTS[i]);

		got.n = root.n = 0;
		page_of(e, &f, NULL, &got, &page);
		f = filter_of(i == 2   ? "\"root root\""
			      : i == 3 ? "\"root 2\""
				       : "root");
		page_of(e, &f, NULL, &root, &page);
		assert_int_equal(got.n, root.n);
		assert_true(got.n > 0 || i == 2 || i == 3);
	}
}

/* Where a statement looks at every row of something, and may. */
static bool
is_bounded(const char *detail)
{
	static const char *const KNOWN[] = {"SCAN json_each",
	    "SCAN ban_text VIRTUAL TABLE INDEX 0:M1",
	    "SCAN ban_text VIRTUAL TABLE INDEX 0:=M1", "SCAN u",
	    "SCAN (subquery"};

	for (size_t i = 0; i < ARRAY_LEN(KNOWN); i++)
		if (strncmp(detail, KNOWN[i], strlen(KNOWN[i])) == 0)
			return true;
	return strncmp(detail, "SCAN ", 5) != 0;
}

static void
assert_plan(struct archive_env *e, const struct db_sql *sql,
    const struct ban_find *find)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(65536);
	struct db_sql explain;
	struct error err = ERROR_INIT;
	int rc;

	buf_add_str(&text, "EXPLAIN QUERY PLAN ");
	buf_add_str(&text, sql->text);
	explain = (struct db_sql){.text = buf_str(&text)};
	if (ban_find_begin(&q, e->db, &explain, find, &err) < 0)
		fail_msg("%s", err.detail);
	while ((rc = db_step(&q, &err)) == 1)
		if (!is_bounded(db_col_text(&q, 3)))
			fail_msg("walk %d: %s: %s", (int)find->walk, sql->text,
			    db_col_text(&q, 3));
	assert_int_equal(rc, 0);
}

/* Every statement that knows the language, on every walk. */
static void
no_question_scans_the_archive(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);
	const struct ban_filter f = filter_of(
	    "(fails>1 OR kind:private)"
	    " -jail:none -ip:11.0.0.0/24 root -\"for root\" asn:unknown");
	struct ban_filter_find *found = calloc(1, sizeof *found);
	struct error err = ERROR_INIT;
	const struct db_sql *sql;
	int plans = 0, frequent = 0;

	assert_non_null(found);
	archive_add(e, 300);
	add_lines(e);
	assert_int_equal(ban_filter_resolve(&app, &f, found, &err), 0);
	assert_int_equal(found->find.walk, BAN_WALK_TEXT);
	assert_int_equal(
	    ban_walk_mark_frequent(&app, found, &frequent, &err), 0);
	for (size_t i = 0; (sql = db_prepared(e->db, i)) != NULL; i++) {
		if (strstr(sql->text, BAN_FIND_REST) == NULL)
			continue;
		for (int walk = 0; walk < BAN_WALK__MAX; walk++) {
			found->find.walk = (enum ban_walk)walk;
			assert_plan(e, sql, &found->find);
			plans++;
		}
	}
	assert_true(plans > 30 * BAN_WALK__MAX);
	free(found);
}

/* State of a torture run. */
struct torture {
	struct app app;
	struct ban_filter filter;
};

static int
list_once(void *arg, struct error *err)
{
	struct torture *t = arg;
	struct ban_list_page page = {.total = -9};
	struct ids got = {.n = 0};
	int rc = ban_list(&t->app, &(struct ban_ask){&t->filter, 60, NULL},
	    take, &got, &page, err);

	if (rc < 0)
		assert_true(page.total == -9);
	else
		assert_true(got.n > 0 && page.total >= got.n);
	return rc;
}

static void
a_failed_allocation_leaves_nothing_behind(void **state)
{
	struct archive_env *e = *state;
	struct torture t = {
	    .app = app_of(e), .filter = filter_of("fails>=2 OR root")};

	archive_add(e, 100);
	add_lines(e);
	assert_in_range(torture_run(list_once, &t), 6, 99);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_term_finds_what_it_says),
	    CASE(every_tree_finds_what_it_says),
	    CASE(single_filters_and_query_are_one_question),
	    CASE(hostile_text_is_text),
	    CASE(no_question_scans_the_archive),
	    CASE(a_failed_allocation_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
