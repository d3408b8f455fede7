/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/guard/lockout.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/own_addr.h"
#include "base/str.h"
#include "db/db.h"
#include "service/guard/own_address.h"
#include "store/own_address_store.h"
#include "store/throttle_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CALLER "198.51.100.7"

static struct addr
net_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse_net(text, strlen(text), &a));
	return a;
}

static struct lockout *
picture(struct auth_env *e)
{
	struct addr caller = net_of(CALLER);
	const struct lockout_request req = {.caller = &caller};
	struct lockout *l = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(lockout_new(&e->app, &req, &l, &err), 0);
	return l;
}

/* "198.51.100.7 caller", or "" when net would hit nothing; the first. */
static void
expect(struct lockout *l, const char *net, const char *want)
{
	AUTO(lockout_hits_release)
	struct lockout_hits hits = LOCKOUT_HITS_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(4096);
	struct addr a = net_of(net);
	struct error err = ERROR_INIT;

	assert_int_equal(lockout_add(l, &a, 3, &hits, &err), 0);
	for (size_t i = 0; i < hits.n; i++)
		assert_int_equal(hits.items[i].at, 3);
	assert_int_equal(hits.n, lockout_find(l, &a, NULL, 0));
	lockout_describe(&hits, &text);
	assert_string_equal(buf_str(&text), want);
	assert_int_equal(lockout_refuse(&hits, &err), *want == '\0' ? 0 : -1);
	assert_int_equal(err.code, *want == '\0' ? ERR_NONE : ERR_LOCK_OUT);
}

static void
note(struct auth_env *e, enum own_address_kind kind, const char *ip)
{
	struct addr a = net_of(ip);
	struct error err = ERROR_INIT;

	assert_int_equal(own_address_store_add(e->app.db, kind, &a, &err), 0);
}

static void
sign_in(struct auth_env *e, const char *net, int64_t at)
{
	struct addr a = net_of(net);
	struct error err = ERROR_INIT;

	assert_int_equal(throttle_store_set_known(e->app.db, &a, at, &err), 0);
}

static void
each_reason_is_found(void **state)
{
	struct auth_env *e = *state;
	AUTO(lockout_freep) struct lockout *l = NULL;
	int64_t now = auth_env_time();

	note(e, OWN_ADDRESS_SELF, "192.0.2.10");
	note(e, OWN_ADDRESS_GATEWAY, "192.0.2.1");
	note(e, OWN_ADDRESS_RESOLVER, "192.0.2.53");
	note(e, OWN_ADDRESS_RESOLVER, "192.0.2.1"); /* also the gateway */
	sign_in(e, "203.0.113.5", now - LIMIT_KNOWN_S);
	sign_in(e, "203.0.113.6", now - LIMIT_KNOWN_S - 1);
	sign_in(e, "2001:db8:1:2::/64", now);
	sign_in(e, "203.0.113.9", now);
	sign_in(e, CALLER, now);
	assert_true(str_copy(e->settings.proxies, sizeof e->settings.proxies,
	    "192.0.2.80  198.18.0.0/16"));
	l = picture(e);
	expect(l, CALLER, CALLER " caller");
	expect(l, "198.51.100.0/24", CALLER " caller");
	expect(l, "203.0.113.5", "203.0.113.5 signed_in");
	expect(l, "203.0.113.6", "");
	expect(l, "203.0.113.4/30", "203.0.113.5 signed_in");
	expect(l, "2001:db8:1:2::77", "2001:db8:1:2::/64 signed_in");
	expect(l, "2001:db8:1::/48", "2001:db8:1:2::/64 signed_in");
	expect(l, "2001:db8:1:3::77", "");
	expect(l, "192.0.2.10", "192.0.2.10 own_address");
	expect(l, "192.0.2.1", "192.0.2.1 gateway");
	expect(l, "192.0.2.53", "192.0.2.53 resolver");
	expect(l, "192.0.2.80", "192.0.2.80 proxy");
	expect(l, "198.18.2.3", "198.18.0.0/16 proxy");
	expect(l, "198.18.0.0/15", "198.18.0.0/16 proxy");
	expect(l, "198.18.0.0/16", "198.18.0.0/16 proxy");
	expect(l, "198.18.0.0/24", "198.18.0.0/16 proxy");
	expect(l, "198.19.0.0/16", "");
	expect(l, "127.9.9.9", "127.0.0.0/8 own_address");
	expect(l, "::ffff:127.9.9.9", "127.0.0.0/8 own_address");
	expect(l, "::1", "::1 own_address");
	expect(l, "192.0.2.52/30", "192.0.2.53 resolver");
	expect(l, "203.0.113.0/24",
	    "203.0.113.5 signed_in, 203.0.113.9 signed_in");
	expect(l, "2001:db8::/32", "2001:db8:1:2::/64 signed_in");
}

static void
one_family_is_never_found_for_the_other(void **state)
{
	struct auth_env *e = *state;
	AUTO(lockout_freep) struct lockout *l = NULL;

	assert_true(str_copy(
	    e->settings.proxies, sizeof e->settings.proxies, "::/80 8000::/1"));
	l = picture(e);
	expect(l, "192.0.2.1", "");
	expect(l, "::ffff:192.0.2.1", "");
	expect(l, "::2", "::/80 proxy");
	expect(l, "9000::1", "8000::/1 proxy");
}

static void
the_addresses_of_the_machine_are_seen_without_a_note(void **state)
{
	struct auth_env *e = *state;
	AUTO(own_addrs_release) struct own_addrs own = {0};
	AUTO(lockout_freep) struct lockout *l = picture(e);

	assert_true(own_addrs_get(&own));
	assert_true(own.n > 0); /* loopback at least */
	for (size_t i = 0; i < own.n; i++)
		assert_true(lockout_find(l, &own.items[i], NULL, 0) > 0);
}

enum { NETS = 200, ASKED = 2000 };

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Few bits vary, so that networks meet often. */
static struct addr
random_net(uint32_t *seed, unsigned shortest)
{
	struct addr a = {{0}, 128};
	bool v4 = next_random(seed) % 2 == 0;
	unsigned least = v4 ? 96 + shortest : shortest;
	unsigned len = least + next_random(seed) % (129 - least);

	if (v4)
		a.bytes[10] = a.bytes[11] = 0xff;
	for (size_t i = v4 ? 12 : 0; i < sizeof a.bytes; i++)
		if (next_random(seed) % 2 == 0)
			a.bytes[i] = (uint8_t)(next_random(seed) & 0xc3);
	if (!v4 && addr_is_v4(&a))
		a.bytes[0] = 0x20;
	return addr_network(&a, (uint8_t)len);
}

static bool
meets(const struct addr *a, const struct addr *nets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (addr_contains(a, &nets[i]) || addr_contains(&nets[i], a))
			return true;
	return false;
}

/* The plain way: everything is compared with everything. */
static void
what_is_found_is_what_a_slow_look_finds(void **state)
{
	struct auth_env *e = *state;
	AUTO(lockout_freep) struct lockout *l = NULL;
	struct addr nets[NETS];
	uint32_t seed = 7;
	AUTO(own_addrs_release) struct own_addrs own = {0};
	struct addr fixed[] = {
	    net_of("127.0.0.0/8"), net_of("::1"), net_of(CALLER)};
	size_t hit = 0, missed = 0;
	char text[ADDR_TEXT_SIZE];

	assert_true(own_addrs_get(&own));

	for (size_t i = 0; i < NETS; i++) {
		struct error err = ERROR_INIT;

		nets[i] = random_net(&seed, 24);
		assert_int_equal(throttle_store_set_known(e->app.db, &nets[i],
				     auth_env_time(), &err),
		    0);
	}
	l = picture(e);
	for (size_t i = 0; i < ASKED; i++) {
		struct addr a = random_net(&seed, 0);
		bool want = meets(&a, nets, NETS) ||
			    meets(&a, fixed, ARRAY_LEN(fixed)) ||
			    meets(&a, own.items, own.n);

		hit += want;
		missed += !want;
		if ((lockout_find(l, &a, NULL, 0) > 0) != want) {
			addr_format(&a, text);
			fail_msg("%s: %d is wrong", text, !want);
		}
	}
	assert_true(hit > 100);
	assert_true(missed > 100);
}

static void
a_long_list_is_told_up_to_a_limit(void **state)
{
	struct auth_env *e = *state;
	AUTO(lockout_hits_release)
	struct lockout_hits hits = LOCKOUT_HITS_INIT;
	AUTO(lockout_freep) struct lockout *l = NULL;
	struct addr net = net_of("198.18.0.0/16");
	struct error err = ERROR_INIT;
	char ip[ADDR_TEXT_SIZE];

	for (int i = 0; i < LIMIT_LOCKOUT_TOLD + 5; i++) {
		(void)snprintf(ip, sizeof ip, "198.18.0.%d", i);
		sign_in(e, ip, auth_env_time());
	}
	l = picture(e);
	assert_int_equal(lockout_add(l, &net, 0, &hits, &err), 0);
	assert_int_equal(hits.n, LIMIT_LOCKOUT_TOLD);
	assert_int_equal(hits.more, 5);
	assert_int_equal(lockout_add(l, &net, 1, &hits, &err), 0);
	assert_int_equal(hits.n, LIMIT_LOCKOUT_TOLD);
	assert_int_equal(hits.more, LIMIT_LOCKOUT_TOLD + 10);
}

struct asking {
	struct lockout *l;
	struct addr net;
};

static int
ask(void *arg, struct error *err)
{
	AUTO(lockout_hits_release)
	struct lockout_hits hits = LOCKOUT_HITS_INIT;
	const struct asking *a = arg;

	return lockout_add(a->l, &a->net, 0, &hits, err);
}

/* What this machine has for addresses, the rest of it is done without. */
static void
allocations_that_fail_are_told(void **state)
{
	struct auth_env *e = *state;
	struct addr caller = net_of(CALLER);
	const struct lockout_request req = {.caller = &caller};
	struct asking a = {.l = picture(e), .net = caller};
	bool failed = true;
	size_t n = 0, refused = 0;

	assert_int_equal(torture_run(ask, &a), 1);
	lockout_free(a.l);
	while (failed) {
		struct error err = ERROR_INIT;

		a.l = NULL;
		torture_arm(++n);
		if (lockout_new(&e->app, &req, &a.l, &err) < 0) {
			assert_int_equal(err.code, ERR_NOMEM);
			assert_null(a.l);
			refused++;
		}
		lockout_freep(&a.l);
		assert_int_equal(torture_live(), 0);
		failed = torture_disarm();
	}
	assert_true(refused >= 2);
}

/* ------------------------------------------------------ what the job notes */

static int
count_row(void *ctx, enum own_address_kind kind, const struct addr *a,
    struct error *err)
{
	int *counts = ctx;

	(void)a;
	(void)err;
	counts[kind]++;
	return 0;
}

static void
expect_noted(struct auth_env *e, int gateways, int resolvers)
{
	AUTO(own_addrs_release) struct own_addrs own = {0};
	int counts[OWN_ADDRESS__MAX] = {0};
	struct error err = ERROR_INIT;

	assert_true(own_addrs_get(&own));
	assert_int_equal(
	    own_address_store_each(e->app.db, count_row, counts, &err), 0);
	assert_true(counts[OWN_ADDRESS_SELF] > 0);
	assert_true((size_t)counts[OWN_ADDRESS_SELF] <= own.n);
	assert_int_equal(counts[OWN_ADDRESS_GATEWAY], gateways);
	assert_int_equal(counts[OWN_ADDRESS_RESOLVER], resolvers);
}

#define ROUTE "eth0 00000000 010200C0 0003\n"

static void
what_the_machine_lives_by_is_noted_and_noted_anew(void **state)
{
	struct auth_env *e = *state;
	char routes[SCRATCH_PATH_SIZE], resolv[SCRATCH_PATH_SIZE];
	const struct own_address_files files = {
	    .routes_v4 = routes,
	    .routes_v6 = "/nowhere/ipv6_route",
	    .resolvers = {"/nowhere/resolv.conf", resolv},
	};
	struct error err = ERROR_INIT;
	int64_t before, after;

	(void)snprintf(
	    routes, sizeof routes, "%s", scratch_path(&e->scratch, "route"));
	(void)snprintf(resolv, sizeof resolv, "%s",
	    scratch_path(&e->scratch, "resolv.conf"));
	scratch_write(&e->scratch, "route", ROUTE, strlen(ROUTE));
	scratch_write(&e->scratch, "resolv.conf", "nameserver 9.9.9.9\n", 19);
	assert_int_equal(own_address_refresh(&e->app, &files, &err), 0);
	expect_noted(e, 1, 1);
	/* the same again writes nothing */
	AUTO(db_freep) struct db *other = NULL;
	assert_int_equal(db_open(&other, e->scratch.dir, &err), 0);
	assert_int_equal(db_data_version(other, &before, &err), 0);
	assert_int_equal(own_address_refresh(&e->app, &files, &err), 0);
	assert_int_equal(db_data_version(other, &after, &err), 0);
	assert_int_equal(after, before);
	scratch_write(&e->scratch, "resolv.conf",
	    "nameserver 9.9.9.9\nnameserver ::1\n", 34);
	assert_int_equal(own_address_refresh(&e->app, &files, &err), 0);
	expect_noted(e, 1, 2);
	scratch_write(&e->scratch, "resolv.conf", "", 0);
	assert_int_equal(own_address_refresh(&e->app, &files, &err), 0);
	expect_noted(e, 1, 0);
}

static void
what_cannot_be_looked_at_stays_as_it_was(void **state)
{
	struct auth_env *e = *state;
	static const struct own_address_files NONE = {
	    .routes_v4 = "/nowhere/route",
	    .routes_v6 = "/nowhere/ipv6_route",
	    .resolvers = {"/nowhere/resolv.conf", "/nowhere/else.conf"},
	};
	struct error err = ERROR_INIT;

	note(e, OWN_ADDRESS_GATEWAY, "192.0.2.1");
	note(e, OWN_ADDRESS_RESOLVER, "192.0.2.53");
	note(e, OWN_ADDRESS_SELF, "192.0.2.99"); /* not any more */
	assert_int_equal(own_address_refresh(&e->app, &NONE, &err), 0);
	expect_noted(e, 1, 1);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_reason_is_found),
	    CASE(one_family_is_never_found_for_the_other),
	    CASE(the_addresses_of_the_machine_are_seen_without_a_note),
	    CASE(what_is_found_is_what_a_slow_look_finds),
	    CASE(a_long_list_is_told_up_to_a_limit),
	    CASE(allocations_that_fail_are_told),
	    CASE(what_the_machine_lives_by_is_noted_and_noted_anew),
	    CASE(what_cannot_be_looked_at_stays_as_it_was),
	};

	return cmocka_run_group_tests_name("guard/lockout", tests, NULL, NULL);
}
