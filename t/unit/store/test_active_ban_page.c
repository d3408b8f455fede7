/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/active_ban_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "t/lib/unit.h"
#include "t/unit/store/store_env.h"

enum { NOW = 1000, N_ROWS = 300, PAGE = 7 };
static const char *const JAILS[] = {"nginx", "sshd", "web"};

static struct active_ban
ban_of(const char *id)
{
	struct active_ban ban = {
	    .id = id,
	    .prefix_len = -1,
	    .key = {.len = ACTIVE_BAN_KEY_MAX},
	    .banned_at = 500,
	    .bantime_s = 600,
	    .expires_at = NOW + 100,
	};
	struct addr a;

	if (addr_parse_net(id, strlen(id), &a)) {
		memcpy(ban.key.bytes, a.bytes, sizeof a.bytes);
		ban.key.bytes[16] = a.prefix_len;
		ban.key.len = 17;
		ban.prefix_len = a.prefix_len;
		return ban;
	}
	ban.key.bytes[0] = 0xff;
	assert_true(strlen(id) <= 16);
	memcpy(ban.key.bytes + 1, id, strlen(id));
	return ban;
}

static void
insert(struct store_env *e, const char *jail, const struct active_ban *ban)
{
	struct error err = ERROR_INIT;

	if (active_ban_insert(e->db, jail, ban, &err) < 0)
		fail_msg("insert %s: %s", ban->id, err.detail);
}

/* Where the rows of fill() are, in turn. */
static const struct active_ban_where PLACES[] = {
    {.country = "DE", .asn = 64500},
    {.country = "FR",               .asn = 64501},
    {.country = "DE",.asn = 64501},
    {.country = "ZZ"},
    {.country = ""              },
};

/* Many rows with equal times, in three jails; every tenth is for ever, every
 * seventh has expired. Returns how many have not. */
static int
fill(struct store_env *e)
{
	int alive = 0;

	for (int i = 0; i < N_ROWS; i++) {
		char id[32];
		struct active_ban ban;

		(void)snprintf(id, sizeof id, "203.0.%d.%d", i % 3, i / 3);
		ban = ban_of(id);
		ban.banned_at = i / 50;
		ban.where = PLACES[i % (int)ARRAY_LEN(PLACES)];
		if (i % 10 == 0) {
			ban.bantime_s = -1;
			ban.expires_at = -1;
		} else {
			ban.expires_at = i % 7 == 0 ? NOW : NOW + 1 + i % 5;
			alive -= i % 7 == 0 ? 1 : 0;
		}
		alive++;
		insert(e, JAILS[i % 3], &ban);
	}
	return alive;
}

struct seen {
	enum active_ban_order order;
	bool descending;
	int n;
	char ids[N_ROWS][32];
	char jails[N_ROWS][16];
	struct active_ban_place last;
	bool out_of_order;
};

static int
place_compare(enum active_ban_order order, const struct active_ban_place *a,
    const struct active_ban_place *b)
{
	int by_key = active_ban_key_compare(&a->key, &b->key);
	int by_jail = strcmp(a->jail, b->jail);

	if (order == ACTIVE_BAN_BY_JAIL)
		return by_jail != 0 ? by_jail : by_key;
	if (order != ACTIVE_BAN_BY_ADDR && a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return by_key != 0 ? by_key : by_jail;
}

static int
see(void *ctx, const char *jail, const struct active_ban *ban,
    const struct active_ban_place *place, struct error *err)
{
	struct seen *s = ctx;
	int order;

	(void)err;
	assert_true(s->n < N_ROWS);
	if (s->n > 0) {
		order = place_compare(s->order, &s->last, place);
		if (s->descending ? order <= 0 : order >= 0)
			s->out_of_order = true;
	}
	assert_true(ban->expires_at == -1 || ban->expires_at > NOW);
	assert_true(str_copy(s->ids[s->n], sizeof s->ids[0], ban->id));
	assert_true(str_copy(s->jails[s->n], sizeof s->jails[0], jail));
	s->n++;
	s->last = *place;
	return 0;
}

/* Every page from the first to the last, PAGE rows each. */
static void
walk(struct store_env *e, const struct active_ban_find *find, struct seen *s)
{
	struct active_ban_page page = {
	    .order = s->order, .descending = s->descending, .limit = PAGE};
	struct active_ban_place place;
	struct error err = ERROR_INIT;
	int before;

	do {
		before = s->n;
		if (active_ban_page_each(e->db, find, &page, see, s, &err) < 0)
			fail_msg("page: %s", err.detail);
		assert_true(s->n - before <= PAGE);
		place = s->last;
		page.after = &place;
	} while (s->n > before);
	assert_false(s->out_of_order);
}

/* Would this ban of fill(), the ith, be found? */
static bool
is_meant(const struct active_ban_find *find, int i)
{
	const struct active_ban_where *w = &PLACES[i % (int)ARRAY_LEN(PLACES)];
	char id[32];

	(void)snprintf(id, sizeof id, "203.0.%d.%d", i % 3, i / 3);
	return (i % 10 == 0 || i % 7 != 0) &&
	       (find->jail == NULL || str_eq(find->jail, JAILS[i % 3])) &&
	       (find->net == NULL || i % 3 == 1) &&
	       (find->text == NULL || strstr(id, find->text) != NULL) &&
	       (find->country == NULL || str_eq(find->country, w->country)) &&
	       (find->asn == 0 || find->asn == w->asn);
}

static int64_t
count(struct store_env *e, const struct active_ban_find *find)
{
	struct error err = ERROR_INIT;
	int64_t n = -1;

	if (active_ban_count(e->db, find, &n, &err) < 0)
		fail_msg("count: %s", err.detail);
	return n;
}

/* In every order, both ways; how many there are. */
static int
walk_all_orders(struct store_env *e, const struct active_ban_find *find)
{
	int expected = 0;

	for (int i = 0; i < N_ROWS; i++)
		expected += is_meant(find, i) ? 1 : 0;
	for (int o = 0; o < ACTIVE_BAN_ORDER__MAX * 2; o++) {
		struct seen *s = calloc(1, sizeof *s);

		assert_non_null(s);
		s->order = (enum active_ban_order)(o / 2);
		s->descending = o % 2 == 1;
		walk(e, find, s);
		assert_int_equal(s->n, expected);
		for (int i = 0; find->jail != NULL && i < s->n; i++)
			assert_string_equal(s->jails[i], find->jail);
		for (int i = 0; find->net != NULL && i < s->n; i++)
			assert_true(str_starts(s->ids[i], "203.0.1."));
		free(s);
	}
	return expected;
}

static void
each_scope_order_and_direction_walks_all_rows_once(void **state)
{
	struct store_env *e = *state;
	static const char *const COUNTRIES[] = {NULL, "DE", "ZZ", "US"};
	static const int64_t ASNS[] = {0, 64501, 1};
	struct addr net;
	int walked = 0, found = 0;

	(void)fill(e);
	assert_true(addr_parse_net("203.0.1.0/24", 12, &net));
	/* each bit of n is a filter, or what is guessed of how many there are
	 */
	for (unsigned n = 0; n < 16 * ARRAY_LEN(COUNTRIES) * ARRAY_LEN(ASNS);
	     n++) {
		struct active_ban_find find = {
		    .now_s = NOW,
		    .jail = n & 1 ? "sshd" : NULL,
		    .net = n & 2 ? &net : NULL,
		    .text = n & 4 ? "0.1.4" : NULL,
		    .many = (n & 8) != 0,
		    .country = COUNTRIES[n / 16 % ARRAY_LEN(COUNTRIES)],
		    .asn = ASNS[n / 16 / ARRAY_LEN(COUNTRIES)],
		};
		int here;

		if (find.net != NULL && find.text != NULL)
			continue; /* never asked */
		here = walk_all_orders(e, &find);
		if (n >= 16 || find.net != NULL || find.text != NULL)
			assert_int_equal(count(e, &find), here);
		walked++;
		found += here > 0 ? 1 : 0;
	}
	assert_int_equal(walked, 12 * 4 * 3);
	assert_true(found > walked / 3 && found < walked);
}

static void
the_count_is_what_a_walk_would_find(void **state)
{
	struct store_env *e = *state;
	struct addr net;
	struct error err = ERROR_INIT;
	int alive = fill(e);

	assert_true(addr_parse_net("203.0.1.0/24", 12, &net));
	for (size_t i = 0; i < ARRAY_LEN(JAILS); i++) {
		struct active_ban_jail jail = {.n_rows = N_ROWS / 3};
		char name[16];

		assert_true(str_copy(name, sizeof name, JAILS[i]));
		jail.name = name;
		assert_int_equal(active_ban_jail_put(e->db, &jail, &err), 0);
	}
	const struct active_ban_find finds[] = {
	    {.now_s = NOW,    .jail = "sshd"},
	    {            .now_s = NOW,    .net = &net              },
	    { .now_s = NOW, .net = &net,               .jail = "sshd"},
	    { .now_s = NOW, .text = "203.0.1.",               .jail = "sshd"},
	};
	struct seen *s = calloc(1, sizeof *s);
	assert_non_null(s);
	walk(e, &finds[0], s);
	assert_int_equal(
	    count(e, &(struct active_ban_find){.now_s = NOW}), alive);
	for (size_t i = 0; i < ARRAY_LEN(finds); i++)
		assert_int_equal(count(e, &finds[i]), s->n);
	free(s);
	assert_int_equal(count(e, &(struct active_ban_find){.now_s = NOW,
				      .jail = "no-such-jail"}),
	    0);
}

static void
a_network_holds_what_lies_inside_it_and_nothing_else(void **state)
{
	struct store_env *e = *state;
	static const char *const IDS[] = {"10.0.0.0", "10.0.0.255", "10.0.1.0",
	    "10.0.0.0/25", "10.0.0.0/8", "9.255.255.255", "2001:db8::1",
	    "alice", "ff02::1", "::a00:0"};
	struct addr net;
	struct seen *s = calloc(1, sizeof *s);
	const struct active_ban_find find = {.now_s = NOW, .net = &net};

	assert_non_null(s);
	for (size_t i = 0; i < ARRAY_LEN(IDS); i++) {
		struct active_ban ban = ban_of(IDS[i]);

		insert(e, "sshd", &ban);
	}
	assert_true(addr_parse_net("10.0.0.0/24", 11, &net));
	s->order = ACTIVE_BAN_BY_ADDR;
	walk(e, &find, s);
	assert_int_equal(s->n, 3);
	assert_string_equal(s->ids[0], "10.0.0.0/25");
	assert_string_equal(s->ids[1], "10.0.0.0");
	assert_string_equal(s->ids[2], "10.0.0.255");
	free(s);
}

static void
a_text_is_found_whatever_its_case_and_sorts_behind_addresses(void **state)
{
	struct store_env *e = *state;
	static const char *const IDS[] = {"Alice", "203.0.113.9", "bob"};
	struct seen *s = calloc(1, sizeof *s);
	struct active_ban_find find = {.now_s = NOW};

	assert_non_null(s);
	for (size_t i = 0; i < ARRAY_LEN(IDS); i++) {
		struct active_ban ban = ban_of(IDS[i]);

		insert(e, "users", &ban);
	}
	s->order = ACTIVE_BAN_BY_ADDR;
	walk(e, &find, s);
	assert_int_equal(s->n, 3);
	assert_string_equal(s->ids[0], "203.0.113.9");
	assert_string_equal(s->ids[1], "Alice");
	assert_string_equal(s->ids[2], "bob");
	free(s);
	find.text = "ALIC";
	assert_int_equal(count(e, &find), 1);
	find.text = "bo_";
	assert_int_equal(count(e, &find), 0);
	find.text = "%";
	assert_int_equal(count(e, &find), 0);
	find.text = "!";
	assert_int_equal(count(e, &find), 0);
}

static int
refuse(void *ctx, const char *jail, const struct active_ban *ban,
    const struct active_ban_place *place, struct error *err)
{
	int *n = ctx;

	(void)jail;
	(void)ban;
	(void)place;
	++*n;
	return err_set(err, ERR_CONFLICT, "Enough.", "%s", "test");
}

static void
a_text_may_be_as_long_as_the_limit(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	char text[LIMIT_IP_FILTER + 2];
	struct active_ban_find find = {.now_s = NOW, .text = text};
	int64_t n = -1;

	memset(text, '%', sizeof text); /* each is escaped */
	text[LIMIT_IP_FILTER] = '\0';
	assert_int_equal(count(e, &find), 0);
	text[LIMIT_IP_FILTER] = '%';
	text[LIMIT_IP_FILTER + 1] = '\0';
	assert_int_equal(active_ban_count(e->db, &find, &n, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
a_reader_that_fails_ends_the_page_with_its_error(void **state)
{
	struct store_env *e = *state;
	struct active_ban_page page = {.limit = 50};
	struct active_ban_find find = {.now_s = NOW};
	struct error err = ERROR_INIT;
	int n = 0;

	assert_true(fill(e) > 1);
	assert_int_equal(
	    active_ban_page_each(e->db, &find, &page, refuse, &n, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(n, 1);
}

int
main(void)
{
#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(                                       \
	    f, store_env_set_up, store_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(each_scope_order_and_direction_walks_all_rows_once),
	    CASE(the_count_is_what_a_walk_would_find),
	    CASE(a_network_holds_what_lies_inside_it_and_nothing_else),
	    CASE(a_text_is_found_whatever_its_case_and_sorts_behind_addresses),
	    CASE(a_text_may_be_as_long_as_the_limit),
	    CASE(a_reader_that_fails_ends_the_page_with_its_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
