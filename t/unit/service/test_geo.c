/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/geo/geo.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "store/geo_cache_store.h"
#include "store/job_store.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { FILE_MAX = 16 * 1024 * 1024, NOW = 1800000000, DAY_S = 86400 };

/* Global addresses, since others are nowhere. */
#define IN_FILE "11.0.0.1"     /* DE by the country file, AS 64500 by both */
#define IN_ASN_FILE "12.0.0.1" /* AS 64501 alone */
#define NOWHERE "13.0.0.1"     /* in neither */

static const struct mmdb_place GERMANY = {
    .code = "DE", .name = "Germany", .asn = 1, .org = "Of the country file"};
static const struct mmdb_place NET_A = {.asn = 64500, .org = "Net A"};
static const struct mmdb_place NET_B = {.asn = 64501, .org = "Net B"};

static void
put_file(struct auth_env *e, const char *name, const struct mmdb_maker *m)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);

	mmdb_finish(m, &file);
	scratch_write(&e->scratch, name, file.data, file.len);
}

static void
put_country_file(struct auth_env *e)
{
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, 28, 6, "Countries");
	mmdb_add(&m, "11.0.0.0/8", mmdb_record(&m, MMDB_IPINFO_LITE, &GERMANY));
	put_file(e, "country", &m);
	assert_true(str_copy(e->settings.geoip_db_path,
	    sizeof e->settings.geoip_db_path,
	    scratch_path(&e->scratch, "country")));
}

static void
put_asn_file(struct auth_env *e)
{
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, 24, 4, "Networks");
	mmdb_add(&m, "11.0.0.0/8", mmdb_record(&m, MMDB_GEOLITE_ASN, &NET_A));
	mmdb_add(&m, "12.0.0.0/8", mmdb_record(&m, MMDB_GEOLITE_ASN, &NET_B));
	put_file(e, "asn", &m);
	assert_true(str_copy(e->settings.geoip_asn_db_path,
	    sizeof e->settings.geoip_asn_db_path,
	    scratch_path(&e->scratch, "asn")));
}

static void
open_geo(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	geo_freep(&e->app.geo);
	assert_int_equal(geo_new(&e->app.geo, &e->settings, &err), 0);
}

static void
copy_files(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	if (geo_copy_files(&e->settings, &err) < 0)
		fail_msg("%s", err.detail);
}

static int
set_up(void **state)
{
	struct auth_env *e;

	assert_int_equal(auth_env_set_up(state), 0);
	e = *state;
	auth_env_set_time(NOW);
	open_geo(e);
	return 0;
}

static int
set_up_with_files(void **state)
{
	struct auth_env *e;

	assert_int_equal(set_up(state), 0);
	e = *state;
	put_country_file(e);
	put_asn_file(e);
	copy_files(e);
	open_geo(e);
	return 0;
}

static int
tear_down(void **state)
{
	struct auth_env *e = *state;

	geo_freep(&e->app.geo);
	return auth_env_tear_down(state);
}

static struct geo_result
resolve(struct auth_env *e, const char *text)
{
	struct error err = ERROR_INIT;
	struct geo_result r;
	struct addr a;

	assert_true(addr_parse_net(text, strlen(text), &a));
	/* as a GET does it */
	assert_int_equal(db_set_query_only(e->app.db, true, &err), 0);
	if (geo_resolve(&e->app, &a, &r, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(db_set_query_only(e->app.db, false, &err), 0);
	return r;
}

static void
flush(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	assert_int_equal(geo_flush(&e->app, &err), 0);
	assert_false(geo_has_notes(&e->app));
}

/* How many are due, at most 3. */
static size_t
due(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	struct addr out[3];
	size_t n = 99;

	assert_int_equal(geo_due(&e->app, out, 3, &n, &err), 0);
	return n;
}

/* Somebody far away says it of an address; "" for: no idea. */
static void
learn(struct auth_env *e, const char *ip, const char *code)
{
	struct error err = ERROR_INIT;
	struct geo_lesson l = {
	    .addr = auth_env_addr(ip), .answer = GEO_ANSWER_INIT};

	if (code[0] != '\0')
		assert_true(geo_answer_set_country(&l.answer, code, 2));
	if (geo_learn(&e->app, &l, 1, "ip-api", &err) < 0)
		fail_msg("%s", err.detail);
}

static void
allow_http(struct auth_env *e)
{
	e->settings.geoip_http_fallback = true;
	open_geo(e);
}

static struct geo_cache_row
row(struct auth_env *e, const char *ip)
{
	struct error err = ERROR_INIT;
	struct addr a = auth_env_addr(ip);
	struct geo_cache_row r;

	assert_int_equal(geo_cache_store_get(e->app.db, &a, &r, &err), 1);
	return r;
}

static void
assert_unknown(const struct geo_result *r)
{
	assert_int_equal(r->source, GEO_NONE);
	assert_int_equal(r->kind, ADDR_GLOBAL);
	assert_string_equal(r->answer.country_code, "");
	assert_int_equal(r->answer.asn, -1);
}

static void
without_files_everything_is_unknown(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r = resolve(e, IN_FILE);

	assert_unknown(&r);
	assert_false(r.pending);
	assert_false(geo_has_notes(&e->app));
	assert_int_equal(due(e), 0);
}

static void
special_addresses_are_what_they_are(void **state)
{
	static const struct {
		const char *text;
		enum addr_kind kind;
	} SPECIAL[] = {
	    {"10.1.2.3",       ADDR_PRIVATE      },
	    {"127.0.0.1",      ADDR_LOOPBACK     },
	    {"169.254.1.1",    ADDR_LINK_LOCAL   },
	    {"203.0.113.9",    ADDR_DOCUMENTATION},
	    {"2001:db8::1",    ADDR_DOCUMENTATION},
	    {"fd00::/8",       ADDR_PRIVATE      },
	    {"100.64.0.1",     ADDR_SHARED       },
	    {"192.168.0.0/24", ADDR_PRIVATE      },
	};
	struct auth_env *e = *state;
	struct geo_answer local;

	allow_http(e);
	for (size_t i = 0; i < ARRAY_LEN(SPECIAL); i++) {
		struct geo_result r = resolve(e, SPECIAL[i].text);

		assert_int_equal(r.source, GEO_SPECIAL);
		assert_int_equal(r.kind, SPECIAL[i].kind);
		assert_string_equal(r.answer.country_code, "");
		assert_false(r.pending);
	}
	assert_false(geo_has_notes(&e->app)); /* so they are sent nowhere */
	geo_resolve_local(&e->app, &(struct addr){.prefix_len = 128}, &local);
	assert_string_equal(local.country_code, "");
}

static void
a_file_beats_the_cache(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r;

	learn(e, IN_FILE, "FR");
	r = resolve(e, IN_FILE);
	assert_int_equal(r.source, GEO_MMDB);
	assert_string_equal(r.answer.country_code, "DE");
	assert_string_equal(r.answer.country_name, "Germany");
	assert_string_equal(r.resolver, "");
	assert_false(geo_has_notes(&e->app));
}

static void
the_file_of_networks_beats_the_other_one(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r = resolve(e, IN_FILE);

	assert_int_equal(r.answer.asn, 64500);
	assert_string_equal(r.answer.as_org, "Net A");
	e->settings.geoip_asn_db_path[0] = '\0';
	open_geo(e);
	r = resolve(e, IN_FILE);
	assert_int_equal(r.answer.asn, 1);
	assert_string_equal(r.answer.as_org, "Of the country file");
}

static void
what_no_file_knows_is_looked_up_in_the_cache(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r;

	learn(e, NOWHERE, "FR");
	r = resolve(e, NOWHERE);
	assert_int_equal(r.source, GEO_CACHE);
	assert_string_equal(r.answer.country_code, "FR");
	assert_string_equal(r.resolver, "ip-api");
	assert_int_equal(r.resolved_at, NOW);
}

static void
country_and_network_may_come_from_two_places(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r = resolve(e, IN_ASN_FILE);

	assert_int_equal(r.source, GEO_MMDB);
	assert_string_equal(r.answer.country_code, "");
	assert_int_equal(r.answer.asn, 64501);
	learn(e, IN_ASN_FILE, "FR");
	r = resolve(e, IN_ASN_FILE);
	assert_int_equal(r.source, GEO_CACHE);
	assert_string_equal(r.answer.country_code, "FR");
	assert_int_equal(r.answer.asn, 64501);
	assert_string_equal(r.answer.as_org, "Net B");
}

static void
an_unknown_address_waits_only_if_that_is_allowed(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r;

	allow_http(e);
	r = resolve(e, NOWHERE);
	assert_unknown(&r);
	assert_true(r.pending);
	assert_int_equal(due(e), 0); /* a GET writes nothing */
	flush(e);
	assert_int_equal(due(e), 1);
	r = resolve(e, NOWHERE);
	assert_true(r.pending);
	assert_false(geo_has_notes(&e->app));
	e->settings.geoip_http_fallback = false;
	open_geo(e);
	assert_int_equal(due(e), 0);
	r = resolve(e, NOWHERE);
	assert_false(r.pending);
}

static void
a_network_is_never_asked_for(void **state)
{
	struct auth_env *e = *state;
	struct geo_result r;

	allow_http(e);
	r = resolve(e, "13.0.0.0/24");
	assert_unknown(&r);
	assert_false(r.pending);
	assert_false(geo_has_notes(&e->app));
	r = resolve(e, "11.0.0.0/24");
	assert_string_equal(r.answer.country_code, "DE");
}

static void
what_nobody_knows_is_asked_again_ever_more_seldom(void **state)
{
	static const int64_t WAITS[] = {300, 600, 1200, 2400, 4800, 9600, 19200,
	    38400, 76800, 86400, 86400};
	struct auth_env *e = *state;
	struct geo_result r;
	int64_t now = NOW;

	allow_http(e);
	(void)resolve(e, NOWHERE);
	flush(e);
	for (size_t i = 0; i < ARRAY_LEN(WAITS); i++) {
		assert_int_equal(due(e), 1);
		learn(e, NOWHERE, "");
		assert_int_equal(due(e), 0);
		assert_int_equal(row(e, NOWHERE).retry_at, now + WAITS[i]);
		r = resolve(e, NOWHERE);
		assert_unknown(&r);
		assert_false(r.pending);
		auth_env_set_time(now + WAITS[i] - 1);
		assert_int_equal(due(e), 0);
		auth_env_set_time(now + WAITS[i]);
		now += WAITS[i];
	}
	learn(e, NOWHERE, "FR");
	assert_int_equal(due(e), 0);
	r = resolve(e, NOWHERE);
	assert_string_equal(r.answer.country_code, "FR");
}

static void
no_idea_does_not_displace_an_answer(void **state)
{
	struct auth_env *e = *state;

	learn(e, NOWHERE, "FR");
	learn(e, NOWHERE, "");
	assert_string_equal(row(e, NOWHERE).answer.country_code, "FR");
}

static void
unknown_ones_can_be_made_due_at_once(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t n = 0;

	allow_http(e);
	(void)resolve(e, NOWHERE);
	flush(e);
	learn(e, NOWHERE, "");
	auth_env_set_time(NOW + 1);
	assert_int_equal(geo_retry_unknown(&e->app, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(due(e), 1);
	assert_true(resolve(e, NOWHERE).pending);
}

static void
last_seen_moves_once_a_day(void **state)
{
	struct auth_env *e = *state;

	learn(e, NOWHERE, "FR");
	auth_env_set_time(NOW + DAY_S);
	(void)resolve(e, NOWHERE);
	assert_false(geo_has_notes(&e->app));
	auth_env_set_time(NOW + DAY_S + 1);
	(void)resolve(e, NOWHERE);
	assert_true(geo_has_notes(&e->app));
	assert_int_equal(row(e, NOWHERE).last_seen, NOW);
	flush(e);
	assert_int_equal(row(e, NOWHERE).last_seen, NOW + DAY_S + 1);
	(void)resolve(e, NOWHERE);
	assert_false(geo_has_notes(&e->app));
	auth_env_set_time(NOW - 10); /* the clock was wrong before */
	(void)resolve(e, NOWHERE);
	flush(e);
	assert_int_equal(row(e, NOWHERE).last_seen, NOW - 10);
}

/* When the job runner asks for addresses next; -1: not before its time. */
static int64_t
runner_called_at(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	struct job job;
	int rc = job_store_find(e->app.db, JOB_GEO_HTTP, "", &job, &err);

	if (rc < 0)
		fail_msg("%s", err.detail);
	return rc == 0 ? -1 : job.due_at;
}

static void
the_runner_is_called_for_new_addresses_alone(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t n = 0;

	(void)resolve(e, NOWHERE);
	flush(e);
	assert_int_equal(runner_called_at(e), -1); /* nobody may ask */
	allow_http(e);
	assert_int_equal(geo_retry_unknown(&e->app, &n, &err), 0);
	assert_int_equal(runner_called_at(e), -1); /* nothing to ask for */
	(void)resolve(e, NOWHERE);
	flush(e);
	assert_int_equal(runner_called_at(e), NOW);
}

static void
a_flush_does_not_wait_for_another_writer(void **state)
{
	AUTO(db_freep) struct db *other = NULL;
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	allow_http(e);
	(void)resolve(e, NOWHERE);
	assert_int_equal(db_open(&other, e->scratch.dir, &err), 0);
	assert_int_equal(db_txn_begin(&txn, other, &err), 0);
	assert_int_equal(geo_flush(&e->app, &err), 0);
	assert_true(geo_has_notes(&e->app)); /* kept for the next time */
	db_txn_end(&txn);
	flush(e);
	assert_int_equal(due(e), 1);
}

static void
a_flush_is_nothing_for_a_get(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	allow_http(e);
	(void)resolve(e, NOWHERE);
	assert_int_equal(db_set_query_only(e->app.db, true, &err), 0);
	assert_int_equal(geo_flush(&e->app, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_true(geo_has_notes(&e->app));
	assert_int_equal(db_set_query_only(e->app.db, false, &err), 0);
	flush(e);
}

static void
notes_have_a_limit(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_result r;
	struct addr a = auth_env_addr("13.0.0.0");
	struct geo_status s;

	allow_http(e);
	for (unsigned i = 0; i < LIMIT_GEO_NOTES + 5; i++) {
		a.bytes[14] = (uint8_t)(i >> 8);
		a.bytes[15] = (uint8_t)i;
		assert_int_equal(geo_resolve(&e->app, &a, &r, &err), 0);
		assert_true(r.pending);
	}
	flush(e);
	assert_int_equal(geo_status_get(&e->app, &s, &err), 0);
	assert_int_equal(s.rows, LIMIT_GEO_NOTES);
	assert_int_equal(s.waiting, LIMIT_GEO_NOTES);
}

static void
files_are_copied_and_used_without_a_restart(void **state)
{
	struct auth_env *e = *state;
	struct geo_status s;

	put_country_file(e);
	open_geo(e);
	geo_files(&e->app, &s);
	assert_true(geo_is_degraded(&s));
	assert_false(s.asn.configured);
	copy_files(e);
	auth_env_set_time(NOW + LIMIT_GEO_RECHECK_S);
	assert_string_equal(resolve(e, IN_FILE).answer.country_code, "DE");
	geo_files(&e->app, &s);
	assert_false(geo_is_degraded(&s));
	assert_string_equal(s.country.file.type, "Countries");
}

static void
one_bad_file_does_not_keep_the_other(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_status s;

	put_country_file(e);
	put_asn_file(e);
	scratch_write(&e->scratch, "country", "rubbish", 7);
	assert_int_equal(geo_copy_files(&e->settings, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	open_geo(e);
	geo_files(&e->app, &s);
	assert_true(geo_is_degraded(&s));
	assert_true(s.asn.file.open);
	assert_int_equal(resolve(e, IN_ASN_FILE).answer.asn, 64501);
}

static void
the_copy_of_a_file_that_is_off_is_removed(void **state)
{
	struct auth_env *e = *state;
	struct stat st;

	assert_int_equal(
	    stat(scratch_path(&e->scratch, "geoip/asn.mmdb"), &st), 0);
	e->settings.geoip_asn_db_path[0] = '\0';
	copy_files(e);
	assert_int_equal(
	    stat(scratch_path(&e->scratch, "geoip/asn.mmdb"), &st), -1);
	assert_int_equal(
	    stat(scratch_path(&e->scratch, "geoip/country.mmdb"), &st), 0);
}

static void
every_source_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < GEO_SOURCE__MAX; i++)
		assert_string_not_equal(
		    geo_source_name((enum geo_source)i), "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define FILES(name)                                                            \
	cmocka_unit_test_setup_teardown(name, set_up_with_files, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(without_files_everything_is_unknown),
	    FILES(special_addresses_are_what_they_are),
	    FILES(a_file_beats_the_cache),
	    FILES(the_file_of_networks_beats_the_other_one),
	    FILES(what_no_file_knows_is_looked_up_in_the_cache),
	    FILES(country_and_network_may_come_from_two_places),
	    FILES(an_unknown_address_waits_only_if_that_is_allowed),
	    FILES(a_network_is_never_asked_for),
	    CASE(what_nobody_knows_is_asked_again_ever_more_seldom),
	    CASE(no_idea_does_not_displace_an_answer),
	    CASE(unknown_ones_can_be_made_due_at_once),
	    CASE(last_seen_moves_once_a_day),
	    CASE(the_runner_is_called_for_new_addresses_alone),
	    CASE(a_flush_does_not_wait_for_another_writer),
	    CASE(a_flush_is_nothing_for_a_get),
	    CASE(notes_have_a_limit),
	    CASE(files_are_copied_and_used_without_a_restart),
	    CASE(one_bad_file_does_not_keep_the_other),
	    FILES(the_copy_of_a_file_that_is_off_is_removed),
	    CASE(every_source_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
