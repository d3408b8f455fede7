/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is ours, while fail2ban is away; what it adds is for t/integration. */
#include "service/ips.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "f2b/cmd.h"
#include "service/archive/ban_key.h"
#include "store/ban_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

static int
set_up(void **state)
{
	struct error err = ERROR_INIT;
	struct auth_env *e;

	assert_int_equal(auth_env_set_up(state), 0);
	e = *state;
	assert_int_equal(geo_new(&e->app.geo, &e->settings, &err), 0);
	assert_int_equal(
	    f2b_new(&e->app.f2b, scratch_path(&e->scratch, "no.sock"), &err),
	    0);
	return 0;
}

static int
tear_down(void **state)
{
	struct auth_env *e = *state;

	f2b_freep(&e->app.f2b);
	geo_freep(&e->app.geo);
	return auth_env_tear_down(state);
}

static void
archive(struct auth_env *e, const char *jail, const char *id, int64_t at)
{
	struct error err = ERROR_INIT;
	struct ban_row row = {.banned_at = at, .country = "", .asn = -1};
	struct addr a;

	if (addr_parse_net(id, strlen(id), &a)) {
		row.key = ban_key_of(&a);
	} else {
		row.key = ban_key_of_text(id);
		row.ident = id;
		row.kind = ADDR_TEXT;
	}
	assert_int_equal(
	    ban_store_jail(e->app.db, jail, &row.jail_id, &err), 0);
	row.id = row.jail_id * 1000 + at;
	if (ban_store_add(e->app.db, &row, &err) < 0)
		fail_msg("%s", err.detail);
}

static void
fill(struct auth_env *e)
{
	archive(e, "sshd", "203.0.113.7", 50);
	archive(e, "web", "203.0.113.7", 20);
	archive(e, "web", "203.0.113.7", 30);
	archive(e, "web", "203.0.113.8", 90);
	archive(e, "web", "203.0.113.0/24", 91);
	archive(e, "users", "alice", 92);
}

static void
bans_of_the_past_are_told_without_fail2ban(void **state)
{
	struct auth_env *e = *state;
	AUTO(ips_report_release) struct ips_report r = {.active = NULL};
	struct error err = ERROR_INIT;

	fill(e);
	assert_int_equal(ips_get(&e->app, "::ffff:203.0.113.7", &r, &err), 0);
	assert_string_equal(r.canonical, "203.0.113.7");
	assert_int_equal(r.geo.kind, ADDR_DOCUMENTATION);
	assert_false(r.live);
	assert_int_equal(r.n_active, 0);
	assert_int_equal(r.bans, 3);
	assert_int_equal(r.first_at, 20);
	assert_int_equal(r.last_at, 50);
	assert_int_equal(r.n_past, 2);
	assert_string_equal(r.past[0].jail, "web");
	assert_int_equal(r.past[0].bans, 2);
	assert_string_equal(r.past[1].jail, "sshd");
	assert_int_equal(r.past[1].bans, 1);
}

static void
a_network_and_a_text_are_what_is_banned_themselves(void **state)
{
	struct auth_env *e = *state;
	AUTO(ips_report_release) struct ips_report net = {.active = NULL};
	AUTO(ips_report_release) struct ips_report text = {.active = NULL};
	AUTO(ips_report_release) struct ips_report nobody = {.active = NULL};
	struct error err = ERROR_INIT;

	fill(e);
	assert_int_equal(ips_get(&e->app, "203.0.113.0/24", &net, &err), 0);
	assert_string_equal(net.canonical, "203.0.113.0/24");
	assert_int_equal(net.bans, 1);
	assert_int_equal(ips_get(&e->app, "alice", &text, &err), 0);
	assert_string_equal(text.canonical, "");
	assert_int_equal(text.geo.kind, ADDR_TEXT);
	assert_int_equal(text.bans, 1);
	assert_int_equal(ips_get(&e->app, "bob", &nobody, &err), 0);
	assert_int_equal(nobody.bans, 0);
	assert_int_equal(nobody.first_at, -1);
	assert_int_equal(nobody.last_at, -1);
}

static int
see(void *ctx, const struct ban_list_row *row, struct error *err)
{
	int64_t *seen = ctx; /* how many, and when the last one was */

	(void)err;
	assert_string_equal(row->ip, "203.0.113.9");
	if (seen[0]++ > 0)
		assert_true(row->banned_at < seen[1]);
	seen[1] = row->banned_at;
	return 0;
}

static void
the_last_fifty_bans_are_told_the_newest_first(void **state)
{
	struct auth_env *e = *state;
	AUTO(ips_report_release) struct ips_report r = {.active = NULL};
	struct error err = ERROR_INIT;
	int64_t seen[2] = {0, 0};

	for (int i = 1; i <= LIMIT_IP_RECENT + 1; i++)
		archive(e, i % 2 ? "sshd" : "web", "203.0.113.9", i);
	assert_int_equal(ips_get(&e->app, "203.0.113.9", &r, &err), 0);
	assert_int_equal(r.bans, LIMIT_IP_RECENT + 1);
	assert_int_equal(ips_recent(&e->app, &r, see, seen, &err), 0);
	assert_int_equal(seen[0], LIMIT_IP_RECENT);
	assert_int_equal(seen[1], 2);
}

static int
report_once(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	AUTO(ips_report_release) struct ips_report r = {.active = NULL};

	if (ips_get(&e->app, "203.0.113.7", &r, err) < 0) {
		assert_null(r.past);
		return -1;
	}
	assert_int_equal(r.n_past, 2);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	struct auth_env *e = *state;

	fill(e);
	assert_true(torture_run(report_once, e) >= 4);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(bans_of_the_past_are_told_without_fail2ban),
	    CASE(a_network_and_a_text_are_what_is_banned_themselves),
	    CASE(the_last_fifty_bans_are_told_the_newest_first),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
