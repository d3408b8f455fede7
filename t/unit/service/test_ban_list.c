/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_list.h"

#include <stdio.h>
#include <string.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/stats.h"
#include "store/active_ban_store.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30, BANS = 900 };

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

static const struct ban_filter ALL = {
    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};

/* What a list gave. */
struct listed {
	int64_t ids[LIMIT_LIST_MAX];
	int64_t n;
	struct ban_list_row last;
	char ip[64], kind[16]; /* of the last */
};

static int
take(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct listed *l = ctx;

	(void)err;
	l->ids[l->n++] = r->id;
	l->last = *r;
	(void)snprintf(l->ip, sizeof l->ip, "%s", r->ip);
	(void)snprintf(l->kind, sizeof l->kind, "%s", r->kind);
	return 0;
}

static struct ban_list_page
list(struct archive_env *e, const struct ban_filter *f, int limit,
    const char *cursor, struct listed *out)
{
	struct app app = app_of(e);
	struct ban_list_page page = {0};
	struct error err = ERROR_INIT;

	out->n = 0;
	if (ban_list(&app, &(struct ban_ask){f, limit, cursor}, take, out,
		&page, &err) < 0)
		fail_msg("%s", err.detail);
	return page;
}

/* In bites of n: all of them once, in the order of the list. */
static void
assert_run(struct archive_env *e, const struct ban_filter *f, int n,
    const struct listed *first, int64_t total)
{
	const struct ban_ask ask = {.filter = f};
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	struct listed l = {.n = 0};
	struct ban_run run;
	int64_t seen = 0;
	int rc;

	assert_int_equal(ban_run_begin(&app, &ask, &run, &err), 0);
	do {
		l.n = 0;
		rc = ban_run_next(&app, &run, n, take, &l, &err);
		assert_true(rc == 0 || (rc == 1 && l.n == n));
		if (seen == 0)
			assert_memory_equal(
			    l.ids, first->ids, (size_t)first->n * 8);
		seen += l.n;
	} while (rc == 1);
	assert_true(seen == total);
	assert_int_equal(ban_run_next(&app, &run, n, take, &l, &err), 0);
}

/* By pages of n to the end and back to the start: all of them, twice. */
static void
assert_pages(
    struct archive_env *e, const struct ban_filter *f, int n, int64_t total)
{
	struct listed first = {.n = 0}, l = {.n = 0};
	struct ban_list_page page = list(e, f, n, NULL, &first);
	int64_t seen = first.n;

	assert_string_equal(page.prev_cursor, "");
	assert_true(page.total == total && page.total_exact);
	assert_run(e, f, n, &first, total);
	while (page.next_cursor[0] != '\0') {
		page = list(e, f, n, page.next_cursor, &l);
		assert_true(page.total == total);
		assert_true(l.n > 0);
		assert_string_not_equal(page.prev_cursor, "");
		seen += l.n;
	}
	assert_true(seen == total);
	for (seen = seen <= n ? 0 : l.n; page.prev_cursor[0] != '\0';
	     seen += l.n) {
		page = list(e, f, n, page.prev_cursor, &l);
		assert_string_not_equal(page.next_cursor, "");
	}
	assert_true(seen == (total <= n ? 0 : total));
	if (total > n)
		assert_memory_equal(first.ids, l.ids, (size_t)n * 8);
}

static void
pages_lead_on_and_back(void **state)
{
	struct archive_env *e = *state;
	struct ban_filter f = ALL;
	struct listed l;

	archive_add(e, BANS);
	assert_pages(e, &ALL, 100, BANS); /* the last page is full */
	assert_pages(e, &ALL, 97, BANS);
	assert_pages(e, &ALL, LIMIT_LIST_MAX, BANS);
	f.jails[f.n_jails++] = "jail-2";
	assert_pages(e, &f, 20, list(e, &f, 1, NULL, &l).total);
	f.jails[f.n_jails++] = "jail-3";
	f.jails[f.n_jails++] = "jail-2";
	f.jails[f.n_jails++] = "no such jail";
	assert_in_range(list(e, &f, 1, NULL, &l).total, BANS / 2, BANS - 1);
	assert_pages(e, &f, 20, list(e, &f, 1, NULL, &l).total);
	f.origin = BAN_BY_HAND;
	f.asn = 64501;
	assert_pages(e, &f, 20, list(e, &f, 1, NULL, &l).total);
	memcpy(f.country, "DE", 3);
	assert_pages(e, &f, 3, list(e, &f, 1, NULL, &l).total);
	f = ALL;
	f.has_net = true;
	f.net = (struct addr){
	    {[10] = 0xff, [11] = 0xff, [12] = 11, [14] = 2},
            120
        };
	assert_in_range(list(e, &f, 1, NULL, &l).total, BANS / 8, BANS / 2);
	assert_pages(e, &f, 20, list(e, &f, 1, NULL, &l).total);
}

static void
what_the_archive_has_not_is_an_empty_list(void **state)
{
	struct archive_env *e = *state;
	struct ban_filter f = ALL;
	struct ban_list_page page;
	struct listed l;

	page = list(e, &ALL, 50, NULL, &l); /* nothing at all */
	assert_true(page.total == 0 && page.total_exact && l.n == 0);
	archive_add(e, 50);
	f.jails[f.n_jails++] = "no such jail";
	page = list(e, &f, 50, NULL, &l);
	assert_true(page.total == 0 && l.n == 0);
	assert_string_equal(page.next_cursor, "");
	assert_string_equal(page.prev_cursor, "");
}

static void
a_cursor_that_is_none_is_malformed(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct ban_list_page page = {.total = -5};
	struct error err = ERROR_INIT;
	struct listed l = {.n = 0};

	archive_add(e, 3);
	assert_int_equal(ban_list(&app, &(struct ban_ask){&ALL, 50, "AAAA"},
			     take, &l, &page, &err),
	    -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_true(page.total == -5 && l.n == 0);
}

static void
a_range_ends_with_this_minute(void **state)
{
	static const struct {
		enum ban_range range;
		int64_t days;
	} CASES[] = {
	    {BAN_RANGE_24H,  1  },
	    {BAN_RANGE_7D,   7  },
	    {BAN_RANGE_30D,  30 },
	    {BAN_RANGE_365D, 365},
	};
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct ban_filter f = ALL;
	struct ban_filter_find out;
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		f.range = CASES[i].range;
		assert_int_equal(ban_filter_resolve(&app, &f, &out, &err), 0);
		assert_true(out.to > NOW && out.to <= NOW + 60);
		assert_true(out.to % 60 == 0);
		assert_true(out.to - out.from == CASES[i].days * 86400);
		assert_true(out.find.from == out.from && out.find.to == out.to);
	}
	assert_int_equal(ban_filter_resolve(&app, &ALL, &out, &err), 0);
	assert_true(out.from == -1 && out.to == -1);
	assert_true(out.find.from == INT64_MIN && out.find.to == INT64_MAX);
	f = ALL;
	f.range = BAN_RANGE_GIVEN;
	f.from = 5;
	f.to = -1;
	assert_int_equal(ban_filter_resolve(&app, &f, &out, &err), 0);
	assert_true(out.from == 5 && out.find.from == 5);
	assert_true(out.to == -1 && out.find.to == INT64_MAX);
}

/* Into the archive, but not into its sums. */
static void
row_add(struct archive_env *e, const char *ip, int64_t at, int64_t bantime_s)
{
	struct error err = ERROR_INIT;
	struct ban_row row = {.id = ++e->n,
	    .banned_at = at,
	    .jail_id = 1,
	    .bantime_s = bantime_s,
	    .failures = 5,
	    .country = "DE",
	    .asn = 64500,
	    .kind = ADDR_GLOBAL};
	struct addr a;

	assert_true(addr_parse_net(ip, strlen(ip), &a));
	memcpy(row.key.bytes, a.bytes, 16);
	row.key.bytes[16] = a.prefix_len;
	row.key.len = 17;
	assert_int_equal(ban_store_add(e->db, &row, &err), 1);
}

static void
ban_add(struct archive_env *e, const char *ip, int64_t at, int64_t bantime_s)
{
	struct error err = ERROR_INIT;

	row_add(e, ip, at, bantime_s);
	assert_int_equal(ban_sum_add(e->db, e->n, e->n, &err), 0);
}

/* As fail2ban's list was read: the address is in it, or (at 0) is not. */
static void
set_in_force(struct archive_env *e, const char *ip, int64_t at,
    int64_t expires_at, struct active_ban_state state)
{
	struct active_ban ban = {.id = ip,
	    .prefix_len = 128,
	    .key = {.len = 17},
	    .banned_at = at,
	    .expires_at = expires_at};
	struct error err = ERROR_INIT;
	struct addr a;

	assert_int_equal(active_ban_jail_delete(e->db, "jail-1", &err), 0);
	assert_int_equal(active_ban_state_put(e->db, &state, &err), 0);
	if (at == 0)
		return;
	assert_true(addr_parse_net(ip, strlen(ip), &a));
	memcpy(ban.key.bytes, a.bytes, 16);
	ban.key.bytes[16] = 128;
	assert_int_equal(active_ban_insert(e->db, "jail-1", &ban, &err), 0);
}

static void
a_ban_is_active_as_far_as_is_known(void **state)
{
	static const struct {
		int64_t age, bantime;   /* of the ban in the archive */
		int64_t listed, left;   /* age of the one in force, 0: none; and
					 * what is left of it, -1: for ever */
		int64_t as_of, checked; /* so old is fail2ban's list, and the
					 * last look at its counters */
		bool active;
		int64_t expires; /* from now; -1: null */
	} CASES[] = {
	    {100, 600, 0,   0,   100, 100, true,  500 }, /* in that very second */
	    {100, 600, 0,   0,   100, 98,  false, 500 }, /* and lifted in it */
	    {100, 600, 100, 500, 10,  10,  true,  500 },
	    {100, 600, 0,   0,   10,  10,  false, 500 }, /* lifted */
	    {100, 600, 0,   0,   200, 200, true,  500 }, /* not looked since */
	    {700, 600, 0,   0,   900, 900, false, -100}, /* and ended */
	    {100, -1,  100, -1,  10,  10,  true,  -1  },
	    {100, -1,  0,   0,   10,  10,  false, -1  },
	    {100, -1,  0,   0,   200, 200, true,  -1  },
	    {100, -2,  100, 300, 10,  10,  true,  300 },
	    {100, -2,  0,   0,   200, 200, false, -1  }, /* nobody knows */
	    {100, 600, 100, 900, 10,  10,  true,  900 }, /* made longer */
	    {700, 600, 100, 500, 10,  10,  false, -100}, /* of a later one */
	    {100, 600, 100, -5,  200, 200, false, 500 }, /* ended meanwhile */
	};
	struct archive_env *e = *state;
	struct listed l;

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		int64_t listed = CASES[i].listed, left = CASES[i].left;

		e->n = 0;
		assert_int_equal(
		    sqlite3_exec(e->raw, "DELETE FROM ban", NULL, NULL, NULL),
		    SQLITE_OK);
		ban_add(e, "203.0.113.7", NOW - CASES[i].age, CASES[i].bantime);
		set_in_force(e, "203.0.113.7", listed == 0 ? 0 : NOW - listed,
		    left == -1 ? -1 : NOW + left,
		    (struct active_ban_state){
			.as_of_ms = (NOW - CASES[i].as_of) * 1000LL + 500,
			.checked_at_ms =
			    (NOW - CASES[i].checked) * 1000LL + 500});
		(void)list(e, &ALL, 1, NULL, &l);
		assert_int_equal(l.n, 1);
		if (l.last.active != CASES[i].active ||
		    l.last.expires_at !=
			(CASES[i].expires == -1 ? -1 : NOW + CASES[i].expires))
			fail_msg("case %zu: active %d expires %lld", i,
			    l.last.active, (long long)l.last.expires_at - NOW);
	}
}

static void
a_row_tells_what_the_archive_has(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct listed l;
	const struct ban_row text = {
	    .id = 3,
	    .banned_at = NOW,
	    .jail_id = 2,
	    .key = {.bytes = {0xff, 'a'}, .len = 33},
	    .ident = "alice",
	    .bantime_s = 60,
	    .ban_count = 2,
	    .failures = -1,
	    .country = "",
	    .asn = -1,
	    .kind = ADDR_TEXT,
	    .origin = BAN_BY_HAND
        };

	ban_add(e, "203.0.113.7", NOW - 9, 60);
	(void)list(e, &ALL, 1, NULL, &l);
	assert_string_equal(l.ip, "203.0.113.7");
	assert_string_equal(l.kind, "global");
	assert_int_equal(l.last.asn, 64500);
	assert_int_equal(l.last.failures, 5);
	ban_add(e, "2001:db8::/32", NOW - 8, 60);
	(void)list(e, &ALL, 1, NULL, &l);
	assert_string_equal(l.ip, "2001:db8::/32");
	assert_int_equal(ban_store_add(e->db, &text, &err), 1);
	assert_int_equal(ban_sum_add(e->db, 3, 3, &err), 0);
	(void)list(e, &ALL, 1, NULL, &l);
	assert_string_equal(l.ip, "alice");
	assert_string_equal(l.kind, "text");
	assert_string_equal(l.last.origin, "manual");
	assert_int_equal(l.last.failures, -1);
	assert_int_equal(l.last.asn, -1);
	assert_null(l.last.country);
	assert_null(l.last.as_org);
}

/* LIMIT_STATS_ROWS + 1 bans, one a second, each of an address of its own. */
static void
many_add(struct archive_env *e)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;
	struct ban_row row = {
	    .jail_id = 1,
	    .key = {.bytes = {[10] = 0xff, 0xff, 11, [16] = 128}, .len = 17},
	    .bantime_s = 600,
	    .country = "DE",
	    .asn = 64500,
	    .kind = ADDR_GLOBAL
        };

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	for (int i = 0; i <= LIMIT_STATS_ROWS; i++) {
		row.id = ++e->n;
		row.banned_at = ARCHIVE_BEGIN + i;
		row.key.bytes[13] = (uint8_t)(i >> 16);
		row.key.bytes[14] = (uint8_t)(i >> 8);
		row.key.bytes[15] = (uint8_t)i;
		assert_int_equal(ban_store_add(e->db, &row, &err), 1);
	}
	assert_int_equal(ban_sum_add(e->db, 1, e->n, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

static struct ban_filter
net_and_seconds(int64_t seconds)
{
	struct ban_filter f = {
	    .range = BAN_RANGE_GIVEN,
	    .from = ARCHIVE_BEGIN,
	    .to = ARCHIVE_BEGIN + seconds,
	    .asn = -1,
	    .origin = -1,
	    .has_net = true,
	    .net = {{[10] = 0xff, 0xff, 11}, 104}
        };

	return f;
}

static int
by_country(struct archive_env *e, const struct ban_filter *f,
    struct stats_countries *out, struct error *err)
{
	struct app app = app_of(e);

	return stats_by_country(&app, f, out, err);
}

static int
take_asn(void *ctx, const struct stats_asn *a, struct error *err)
{
	int64_t *bans = ctx;

	(void)err;
	*bans += a->bans;
	return 0;
}

/* What is counted one by one is counted up to a limit, and no further. */
static void
many_bans_in_a_network_are_not_counted_one_by_one(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct ban_filter f = net_and_seconds(LIMIT_BANS_COUNT);
	struct stats_countries stats;
	struct stats_frame frame;
	struct error err = ERROR_INIT;
	struct ban_list_page page;
	struct listed l;
	int64_t bans = 0, counted = unit_size(LIMIT_STATS_ROWS, 2000);

	many_add(e);
	page = list(e, &f, 50, NULL, &l);
	assert_true(page.total_exact && page.total == LIMIT_BANS_COUNT);
	f.to++;
	page = list(e, &f, 50, NULL, &l);
	assert_true(!page.total_exact && page.total == LIMIT_BANS_COUNT);
	assert_int_equal(l.n, 50);
	assert_int_equal(l.ids[0], LIMIT_BANS_COUNT + 1);
	(void)list(e, &f, 50, page.next_cursor, &l);
	assert_int_equal(l.ids[0], LIMIT_BANS_COUNT + 1 - 50);

	f = net_and_seconds(counted);
	assert_int_equal(by_country(e, &f, &stats, &err), 0);
	assert_true(stats.items[0].bans == counted);
	assert_int_equal(stats_by_asn(&app, &(struct ban_ask){&f, 9, NULL},
			     take_asn, &bans, &frame, &err),
	    0);
	assert_true(bans == counted);
	f = net_and_seconds(LIMIT_STATS_ROWS + 1);
	assert_int_equal(by_country(e, &f, &stats, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.fields[0].name, "ip");
	err_clear(&err);
	assert_int_equal(stats_by_asn(&app, &(struct ban_ask){&f, 9, NULL},
			     take_asn, &bans, &frame, &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID);

	/* addresses are told apart up to a limit, too */
	f = net_and_seconds(LIMIT_STATS_ADDRESSES);
	f.has_net = false;
	err_clear(&err);
	assert_int_equal(by_country(e, &f, &stats, &err), 0);
	assert_true(stats.items[0].addresses == LIMIT_STATS_ADDRESSES);
	f.to++;
	assert_int_equal(by_country(e, &f, &stats, &err), 0);
	assert_true(stats.items[0].addresses == -1);
	assert_true(stats.items[0].bans == LIMIT_STATS_ADDRESSES + 1);
}

/* Made-up bans, and of DE more than of any other. */
static void
mixture_add(struct archive_env *e)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;

	archive_add(e, BANS);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	for (int i = 0; i < BANS; i++)
		row_add(e, "203.0.113.7", ARCHIVE_BEGIN + i, 60);
	assert_int_equal(ban_sum_add(e->db, BANS + 1, e->n, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

static void
countries_come_with_the_most_bans_first(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct stats_countries s;
	int64_t sum = 0;

	assert_int_equal(by_country(e, &ALL, &s, &err), 0);
	assert_int_equal(s.n, 0);
	assert_true(s.frame.total == 0 && s.frame.oldest == -1);
	mixture_add(e);
	assert_int_equal(by_country(e, &ALL, &s, &err), 0);
	assert_int_equal(s.n, 3);
	assert_string_equal(s.items[0].code, "DE");
	assert_true(s.items[0].bans > BANS);
	assert_in_range(s.items[0].addresses, 2, 129);
	for (size_t i = 0; i < s.n; i++) {
		sum += s.items[i].bans;
		assert_true(i == 0 || s.items[i].bans <= s.items[i - 1].bans);
	}
	assert_true(s.frame.unresolved > 0 && s.frame.special > 0);
	assert_true(
	    sum + s.frame.unresolved + s.frame.special == s.frame.total);
	assert_true(s.frame.total == 2 * BANS);
	assert_true(s.frame.oldest == ARCHIVE_BEGIN);
}

struct asns {
	int64_t asn[8], bans[8];
	char org[8][32];
	size_t n;
};

static int
keep_asn(void *ctx, const struct stats_asn *a, struct error *err)
{
	struct asns *out = ctx;

	(void)err;
	assert_in_range(out->n, 0, 7);
	out->asn[out->n] = a->asn;
	out->bans[out->n] = a->bans;
	(void)snprintf(out->org[out->n], 32, "%s", a->as_org);
	out->n++;
	return 0;
}

static void
networks_come_with_the_most_bans_first_up_to_the_limit(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	struct stats_frame two, all;
	struct asns a = {.n = 0};

	mixture_add(e);
	assert_int_equal(ban_store_as(e->db, 64500, "Net A", &err), 0);
	assert_int_equal(stats_by_asn(&app, &(struct ban_ask){&ALL, 2, NULL},
			     keep_asn, &a, &two, &err),
	    0);
	assert_int_equal(a.n, 2);
	assert_true(a.asn[0] == 64500 && a.bans[0] > BANS);
	assert_string_equal(a.org[0], "Net A");
	assert_string_equal(a.org[1], "");
	a.n = 0;
	assert_int_equal(stats_by_asn(&app, &(struct ban_ask){&ALL, 8, NULL},
			     keep_asn, &a, &all, &err),
	    0);
	assert_int_equal(a.n, 3);
	assert_memory_equal(&two, &all, sizeof all);
	assert_true(
	    a.bans[0] + a.bans[1] + a.bans[2] + all.unresolved + all.special ==
	    all.total);
	assert_true(all.total == 2 * BANS);
}

struct tortured {
	struct archive_env *e;
	const struct ban_filter *filter;
};

static int
list_once(void *arg, struct error *err)
{
	const struct tortured *t = arg;
	struct app app = app_of(t->e);
	struct ban_list_page page = {.total = -5};
	struct listed l = {.n = 0};

	if (ban_list(&app, &(struct ban_ask){t->filter, 50, NULL}, take, &l,
		&page, err) < 0) {
		assert_true(page.total == -5);
		return -1;
	}
	assert_int_equal(l.n, 50);
	return 0;
}

static int
count_once(void *arg, struct error *err)
{
	const struct tortured *t = arg;
	struct stats_countries s = {.n = 77};

	if (by_country(t->e, t->filter, &s, err) < 0) {
		assert_int_equal(s.n, 77);
		return -1;
	}
	assert_int_equal(s.n, 1);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	struct archive_env *e = *state;
	struct ban_filter f = ALL;
	struct tortured t = {e, &f};

	mixture_add(e);
	memcpy(f.country, "DE", 3);
	f.range = BAN_RANGE_GIVEN;
	f.from = -1;
	f.to = ARCHIVE_BEGIN + 70 * 86400 + 1;
	assert_true(torture_run(list_once, &t) >= 4);
	assert_true(torture_run(count_once, &t) >= 3);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(pages_lead_on_and_back),
	    CASE(what_the_archive_has_not_is_an_empty_list),
	    CASE(a_cursor_that_is_none_is_malformed),
	    CASE(a_range_ends_with_this_minute),
	    CASE(a_ban_is_active_as_far_as_is_known),
	    CASE(a_row_tells_what_the_archive_has),
	    CASE(many_bans_in_a_network_are_not_counted_one_by_one),
	    CASE(countries_come_with_the_most_bans_first),
	    CASE(networks_come_with_the_most_bans_first_up_to_the_limit),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
