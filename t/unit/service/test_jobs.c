/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/jobs.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "db/db.h"
#include "service/clock.h"
#include "service/jobs/jobs_lease.h"
#include "t/lib/log_tap.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define FAILED "background_task_failed"

enum { NOW = 1800000000, BACKOFF_S = 10, PERIOD_S = 30, ALL = 7 };

static struct log_tap tap;

static const struct job_type TYPES[JOB_KIND__MAX] = {
    [JOB_GEO_COPY] = {.task = TASK_GEO_COPY,
		      .period_s = PERIOD_S,
		      .backoff_s = BACKOFF_S,
		      .backoff_max_s = 3 * BACKOFF_S},
    [JOB_GEO_RETRY] = {.task = TASK_GEO_RETRY,
		      .tries_max = 3,
		      .backoff_s = BACKOFF_S,
		      .backoff_max_s = 60},
    [JOB_GEO_HTTP] = {.task = TASK_GEO_HTTP,                 .tries_max = 1          },
};
static const struct job_runner ME = {"1-me", ALL, TYPES};
static const struct job_runner OTHER = {"2-other", ALL, TYPES};

static int64_t
queue(struct auth_env *e, enum job_kind kind, const char *key)
{
	struct error err = ERROR_INIT;
	int64_t id = 0;

	assert_int_equal(jobs_queue(&e->app, kind, key, &id, &err), 0);
	assert_true(id > 0);
	return id;
}

static struct job
get(struct auth_env *e, int64_t id)
{
	struct error err = ERROR_INIT;
	struct job job;

	assert_int_equal(jobs_get(&e->app, id, &job, &err), 0);
	return job;
}

static bool
claim(struct auth_env *e, const struct job_runner *who, struct job *out)
{
	struct error err = ERROR_INIT;
	int rc = jobs_claim(&e->app, who, out, &err);

	assert_true(rc >= 0);
	return rc > 0;
}

static void
attend(struct auth_env *e, const struct job_runner *who)
{
	struct error err = ERROR_INIT;

	assert_int_equal(jobs_attend(&e->app, who, true, &err), 0);
}

static void
settle(struct auth_env *e, const struct job *job, enum err_code code)
{
	struct error err = ERROR_INIT, cause = ERROR_INIT;
	struct job_end end = {.result = "{\"n\":1}", .duration_ms = 5};

	if (code != ERR_NONE) {
		(void)err_set(&cause, ERR_INTERNAL, "It broke.", "%s", "so");
		cause.code = code;
		end.cause = &cause;
	}
	assert_int_equal(jobs_settle(&e->app, &ME, job, &end, &err), 0);
}

static void
a_job_goes_from_queued_to_done(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_RETRY, "k");
	struct job job = get(e, id);
	struct error err = ERROR_INIT;

	assert_int_equal(job.state, JOB_QUEUED);
	assert_int_equal(job.queued_at, NOW);
	assert_int_equal(job.started_at, -1);
	assert_int_equal(job.attempt, 0);
	assert_true(claim(e, &ME, &job));
	assert_int_equal(job.id, id);
	assert_string_equal(job.key, "k");
	assert_string_equal(job.runner, ME.id);
	auth_env_set_time(NOW + 3);
	job.done = 5;
	job.total = 9;
	assert_true(str_copy(job.phase, sizeof job.phase, "asking"));
	assert_int_equal(jobs_beat(&e->app, &job, &err), 0);
	assert_int_equal(get(e, id).done, 5);
	assert_string_equal(get(e, id).phase, "asking");
	settle(e, &job, ERR_NONE);
	job = get(e, id);
	assert_int_equal(job.state, JOB_DONE);
	assert_int_equal(job.started_at, NOW);
	assert_int_equal(job.finished_at, NOW + 3);
	assert_int_equal(job.total, 9);
	assert_string_equal(job.result, "{\"n\":1}");
	assert_string_equal(job.runner, "");
	assert_false(claim(e, &ME, &job));
}

static void
one_unfinished_job_of_a_kind_and_key(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_RETRY, "a");
	struct job job;

	assert_int_equal(queue(e, JOB_GEO_RETRY, "a"), id);
	assert_int_not_equal(queue(e, JOB_GEO_RETRY, "b"), id);
	assert_int_not_equal(queue(e, JOB_GEO_HTTP, "a"), id);
	assert_true(claim(e, &ME, &job));
	assert_int_equal(job.id, id);
	assert_int_equal(queue(e, JOB_GEO_RETRY, "a"), id);
	settle(e, &job, ERR_NONE);
	assert_true(queue(e, JOB_GEO_RETRY, "a") > id);
}

static void
two_runners_never_get_the_same_job(void **state)
{
	struct auth_env *e = *state;
	struct job a, b;

	(void)queue(e, JOB_GEO_RETRY, "a");
	(void)queue(e, JOB_GEO_RETRY, "b");
	assert_true(claim(e, &ME, &a));
	assert_true(claim(e, &OTHER, &b));
	assert_int_not_equal(a.id, b.id);
	assert_false(claim(e, &ME, &b));
}

static void
a_runner_takes_its_own_kinds_alone(void **state)
{
	struct auth_env *e = *state;
	const struct job_runner some = {"3", 1 << JOB_GEO_HTTP, TYPES};
	struct job job;
	struct error err = ERROR_INIT;
	int64_t due = 0;

	(void)queue(e, JOB_GEO_RETRY, "");
	assert_false(claim(e, &some, &job));
	assert_int_equal(jobs_next_due(&e->app, &some, &due, &err), 0);
	assert_int_equal(jobs_next_due(&e->app, &ME, &due, &err), 1);
	assert_int_equal(due, NOW);
	assert_true(claim(e, &ME, &job));
}

static void
a_failure_is_tried_again_ever_later_and_then_no_more(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_RETRY, "");
	struct job job;

	log_tap_start(&tap);
	for (int i = 1; i <= 3; i++) {
		assert_true(claim(e, &ME, &job));
		assert_int_equal(job.attempt, i);
		settle(e, &job, ERR_DB_BUSY);
		job = get(e, id);
		assert_string_equal(job.error, "database_busy");
		assert_string_equal(job.message, "It broke.");
		if (i == 3)
			break;
		assert_int_equal(job.state, JOB_QUEUED);
		assert_int_equal(job.due_at, auth_env_time() + i * BACKOFF_S);
		assert_false(claim(e, &ME, &job));
		auth_env_set_time(job.due_at);
	}
	log_tap_stop(&tap);
	assert_int_equal(job.state, JOB_FAILED);
	assert_int_equal(log_tap_count(&tap, FAILED), 3);
	assert_true(log_tap_once(&tap, "\"attempt\":2", "\"job_id\":1,"));
	assert_true(log_tap_once(
	    &tap, "\"attempt\":2", "\"retry_at\":\"2027-01-15T08:00:30Z\""));
	assert_true(log_tap_once(&tap, "\"attempt\":3", "\"retry_at\":null"));
}

static void
a_job_in_its_back_off_is_not_brought_forward(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_RETRY, "");
	struct job job;

	log_tap_start(&tap);
	assert_true(claim(e, &ME, &job));
	settle(e, &job, ERR_DB_BUSY);
	log_tap_stop(&tap);
	assert_int_equal(queue(e, JOB_GEO_RETRY, ""), id);
	assert_int_equal(get(e, id).due_at, NOW + BACKOFF_S);
}

static void
a_server_may_ask_for_a_longer_wait(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT, cause = ERROR_INIT;
	struct job_end end = {.cause = &cause, .result = ""};
	int64_t id = queue(e, JOB_GEO_RETRY, "");
	struct job job;

	(void)err_set(&cause, ERR_OVERLOADED, "Wait.", "%s", "429");
	cause.retry_after_s = 45;
	assert_true(claim(e, &ME, &job));
	log_tap_start(&tap);
	assert_int_equal(jobs_settle(&e->app, &ME, &job, &end, &err), 0);
	log_tap_stop(&tap);
	assert_int_equal(get(e, id).due_at, NOW + 45);
}

static void
a_killed_runners_job_is_told_of_once_and_goes_on(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_RETRY, "");
	struct error err = ERROR_INIT;
	struct job job, again;

	assert_true(claim(e, &ME, &job));
	log_tap_start(&tap);
	auth_env_set_mono(auth_env_mono() + LIMIT_JOB_LEASE_MS - 1);
	attend(e, &OTHER);
	assert_false(claim(e, &OTHER, &again)); /* the lease holds */
	auth_env_set_mono(auth_env_mono() + 1);
	attend(e, &OTHER);
	attend(e, &OTHER);
	log_tap_stop(&tap);
	assert_true(log_tap_once(&tap, FAILED, "\"error\":\"runner_lost\""));
	assert_true(log_tap_once(&tap, FAILED, "\"task\":\"geo_retry\""));
	assert_true(claim(e, &OTHER, &again));
	assert_int_equal(again.id, id);
	assert_int_equal(again.attempt, 2);
	/* the first one was only asleep: what it brings is not taken */
	assert_int_equal(jobs_beat(&e->app, &job, &err), -1);
	assert_int_equal(err.code, ERR_RUNNER_LOST);
	log_tap_start(&tap);
	settle(e, &job, ERR_DB_FULL);
	log_tap_stop(&tap);
	assert_int_equal(tap.len, 0);
	assert_int_equal(get(e, id).state, JOB_RUNNING);
}

static void
a_heartbeat_keeps_the_lease(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct job job, other;

	(void)queue(e, JOB_GEO_RETRY, "");
	assert_true(claim(e, &ME, &job));
	for (int i = 0; i < 5; i++) {
		auth_env_set_mono(auth_env_mono() + LIMIT_JOB_LEASE_MS / 2);
		assert_int_equal(jobs_beat(&e->app, &job, &err), 0);
		attend(e, &OTHER);
		assert_false(claim(e, &OTHER, &other));
	}
}

/* After a reboot the other clock begins anew: no lease can last as long as
 * those from before seem to. */
static void
a_lease_from_before_a_reboot_has_lapsed(void **state)
{
	struct auth_env *e = *state;
	struct job job;

	(void)queue(e, JOB_GEO_RETRY, "");
	assert_true(claim(e, &ME, &job));
	auth_env_set_mono(5);
	log_tap_start(&tap);
	attend(e, &OTHER);
	log_tap_stop(&tap);
	assert_int_equal(log_tap_count(&tap, FAILED), 1);
	assert_true(claim(e, &OTHER, &job));
}

static void
a_queued_job_is_cancelled_at_once_and_a_running_one_told(void **state)
{
	struct auth_env *e = *state;
	int64_t a = queue(e, JOB_GEO_RETRY, "a");
	int64_t b = queue(e, JOB_GEO_RETRY, "b");
	struct error err = ERROR_INIT;
	struct job job;

	assert_true(claim(e, &ME, &job));
	assert_int_equal(job.id, a);
	assert_int_equal(jobs_cancel(&e->app, b, &err), 0);
	assert_int_equal(get(e, b).state, JOB_CANCELLED);
	assert_int_equal(jobs_cancel(&e->app, a, &err), 0);
	assert_int_equal(get(e, a).state, JOB_RUNNING);
	assert_true(get(e, a).cancel);
	assert_int_equal(jobs_beat(&e->app, &job, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	log_tap_start(&tap);
	settle(e, &job, ERR_CANCELLED);
	log_tap_stop(&tap);
	assert_int_equal(tap.len, 0); /* wanted: no failure */
	assert_int_equal(get(e, a).state, JOB_CANCELLED);
	assert_int_equal(jobs_cancel(&e->app, a, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(jobs_cancel(&e->app, 999, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void
what_is_given_back_has_not_been_tried(void **state)
{
	struct auth_env *e = *state;
	int64_t id = queue(e, JOB_GEO_HTTP, "");
	struct error err = ERROR_INIT;
	struct job job;

	assert_true(claim(e, &ME, &job));
	assert_int_equal(jobs_give_back(&e->app, &job, &err), 0);
	assert_int_equal(get(e, id).state, JOB_QUEUED);
	assert_int_equal(get(e, id).attempt, 0);
	assert_true(claim(e, &OTHER, &job));
	assert_int_equal(job.attempt, 1);
}

static void
the_jobs_of_a_runner_known_to_be_dead_need_no_lapse(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT, cause = ERROR_INIT;
	int64_t a = queue(e, JOB_GEO_RETRY, "");
	int64_t b = queue(e, JOB_GEO_HTTP, "");
	struct job job;

	assert_true(claim(e, &ME, &job));
	assert_true(claim(e, &ME, &job));
	(void)err_set(&cause, ERR_TIMEOUT, "Too long.", "%s", "killed");
	log_tap_start(&tap);
	assert_int_equal(jobs_mourn(&e->app, &OTHER, ME.id, &cause, &err), 0);
	log_tap_stop(&tap);
	assert_int_equal(log_tap_count(&tap, FAILED), 2);
	assert_int_equal(log_tap_count(&tap, "\"error\":\"timed_out\""), 2);
	assert_int_equal(get(e, a).state, JOB_QUEUED);
	assert_int_equal(get(e, b).state, JOB_FAILED); /* one try only */
	/* one that was told to go has done nothing wrong */
	auth_env_set_time(NOW + 60);
	assert_true(claim(e, &ME, &job));
	log_tap_start(&tap);
	assert_int_equal(jobs_mourn(&e->app, &OTHER, ME.id, NULL, &err), 0);
	log_tap_stop(&tap);
	assert_int_equal(tap.len, 0);
	assert_int_equal(get(e, a).state, JOB_QUEUED);
	assert_int_equal(get(e, a).attempt, 1);
}

static void
a_scheduled_kind_has_one_next_job_whoever_looks(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct job job;
	int64_t n = 0, id;

	attend(e, &ME);
	attend(e, &OTHER);
	assert_int_equal(job_store_count(e->app.db, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_false(claim(e, &ME, &job));
	auth_env_set_time(NOW + PERIOD_S);
	assert_true(claim(e, &ME, &job));
	assert_int_equal(job.kind, JOB_GEO_COPY);
	id = job.id;
	attend(e, &OTHER);
	assert_false(claim(e, &OTHER, &job));
	auth_env_set_time(NOW + PERIOD_S + 7);
	settle(e, &job, ERR_NONE);
	job = get(e, id); /* the same row, for the next time */
	assert_int_equal(job.state, JOB_QUEUED);
	assert_int_equal(job.due_at, NOW + 2 * PERIOD_S + 7);
	assert_int_equal(job.attempt, 0);
	assert_int_equal(job.finished_at, NOW + PERIOD_S + 7);
	assert_int_equal(queue(e, JOB_GEO_COPY, ""), id);
	assert_true(claim(e, &ME, &job)); /* somebody wants it now */
}

static void
a_scheduled_kind_never_gives_up(void **state)
{
	struct auth_env *e = *state;
	struct job job;

	attend(e, &ME);
	auth_env_set_time(NOW + PERIOD_S);
	log_tap_start(&tap);
	for (int i = 1; i < 8; i++) {
		assert_true(claim(e, &ME, &job));
		settle(e, &job, ERR_INVALID);
		job = get(e, job.id);
		assert_int_equal(job.state, JOB_QUEUED);
		assert_int_equal(job.due_at - auth_env_time(),
		    i < 3 ? i * BACKOFF_S : 3 * BACKOFF_S);
		auth_env_set_time(job.due_at);
	}
	log_tap_stop(&tap);
}

static int
claims_until_none(struct auth_env *e)
{
	struct job job;
	int n = 0;

	attend(e, &ME);
	while (claim(e, &ME, &job)) {
		settle(e, &job, ERR_NONE);
		n++;
	}
	return n;
}

/* OPS-13 */
static void
a_clock_that_jumps_makes_no_storm_and_stops_nothing(void **state)
{
	static const int64_t JUMPS[] = {NOW + 86400, NOW, NOW - 86400, 5, NOW};
	struct auth_env *e = *state;
	struct job running, job;

	attend(e, &ME);
	(void)queue(e, JOB_GEO_RETRY, "");
	assert_true(claim(e, &OTHER, &running));
	for (size_t i = 0; i < ARRAY_LEN(JUMPS); i++) {
		auth_env_set_time(JUMPS[i]);
		assert_true(claims_until_none(e) <= 1);
		/* and it goes on after its period, whatever the clock says */
		auth_env_set_time(JUMPS[i] + PERIOD_S);
		assert_int_equal(claims_until_none(e), 1);
		auth_env_set_time(JUMPS[i]);
		/* nobody has taken what is being run */
		job = get(e, running.id);
		assert_string_equal(job.runner, OTHER.id);
	}
}

static void
a_clock_that_was_set_is_told_of_once(void **state)
{
	struct auth_env *e = *state;
	struct clock_watch c = {0};

	log_tap_start(&tap);
	assert_false(clock_look(&c, &e->app)); /* the first look learns */
	auth_env_set_time(NOW + LIMIT_CLOCK_JUMP_S);
	assert_false(clock_look(&c, &e->app)); /* as it may drift */
	auth_env_set_time(NOW + 3600);
	auth_env_set_mono(auth_env_mono() + (3600 - LIMIT_CLOCK_JUMP_S) * 1000);
	assert_false(clock_look(&c, &e->app)); /* time that has gone by */
	log_tap_stop(&tap);
	assert_int_equal(tap.len, 0);
	log_tap_start(&tap);
	auth_env_set_time(NOW + 3600 - 86400);
	assert_true(clock_look(&c, &e->app));
	assert_false(clock_look(&c, &e->app));
	log_tap_stop(&tap);
	assert_true(log_tap_once(&tap, "clock_jump", "\"seconds\":-86400"));
}

struct rows {
	int64_t ids[16];
	size_t n;
};

static int
take(void *ctx, const struct job *job, struct error *err)
{
	struct rows *r = ctx;

	(void)err;
	assert_true(r->n < ARRAY_LEN(r->ids));
	r->ids[r->n++] = job->id;
	return 0;
}

static struct jobs_page
list(struct auth_env *e, const char *cursor, struct rows *r)
{
	const struct jobs_filter f = {.limit = 3, .cursor = cursor};
	struct error err = ERROR_INIT;
	struct jobs_page page;

	r->n = 0;
	assert_int_equal(jobs_list(&e->app, &f, take, r, &page, &err), 0);
	assert_int_equal(page.total, 7);
	return page;
}

static void
pages_lead_to_the_end_and_back(void **state)
{
	struct auth_env *e = *state;
	char key[] = "a";
	struct jobs_page page;
	struct rows r;

	for (int i = 0; i < 7; i++, key[0]++)
		(void)queue(e, JOB_GEO_RETRY, key);
	page = list(e, NULL, &r);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.ids[0], 7);
	assert_string_equal(page.prev_cursor, "");
	page = list(e, page.next_cursor, &r);
	assert_int_equal(r.ids[0], 4);
	page = list(e, page.next_cursor, &r);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.ids[0], 1);
	assert_string_equal(page.next_cursor, "");
	page = list(e, page.prev_cursor, &r);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.ids[0], 4);
	assert_int_equal(r.ids[2], 2);
	assert_string_not_equal(page.next_cursor, "");
	page = list(e, page.prev_cursor, &r);
	assert_int_equal(r.n, 3);
	assert_int_equal(r.ids[0], 7);
	assert_string_equal(page.prev_cursor, "");
	assert_string_not_equal(page.next_cursor, "");
}

static void
a_cursor_of_somebody_else_is_refused(void **state)
{
	static const char *const BAD[] = {"", "7", "<7", "AgAAAAAAAAAAAAAA"};
	struct auth_env *e = *state;
	struct rows r = {0};

	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		const struct jobs_filter f = {.limit = 3, .cursor = BAD[i]};
		struct error err = ERROR_INIT;
		struct jobs_page page;

		assert_int_equal(
		    jobs_list(&e->app, &f, take, &r, &page, &err), -1);
		assert_int_equal(err.code, ERR_MALFORMED);
	}
}

static void
it_is_known_whether_anybody_runs_jobs(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct jobs_health h;

	assert_int_equal(jobs_health(&e->app, &h, &err), 0);
	assert_int_equal(h.oldest_due_at, -1);
	assert_int_equal(h.runner_seen_at, -1);
	assert_false(h.stuck); /* nothing to do, nobody missed */
	(void)queue(e, JOB_GEO_RETRY, "");
	auth_env_set_time(NOW + LIMIT_JOB_RUNNER_S);
	assert_int_equal(jobs_health(&e->app, &h, &err), 0);
	assert_int_equal(h.oldest_due_at, NOW);
	assert_int_equal(h.due_at[JOB_GEO_RETRY], NOW);
	assert_int_equal(h.due_at[JOB_GEO_HTTP], -1);
	assert_false(h.stuck);
	auth_env_set_time(NOW + LIMIT_JOB_RUNNER_S + 1);
	assert_int_equal(jobs_health(&e->app, &h, &err), 0);
	assert_true(h.stuck);
	attend(e, &ME);
	assert_int_equal(jobs_health(&e->app, &h, &err), 0);
	assert_int_equal(h.runner_seen_at, auth_env_time());
	assert_true(h.runner_watches);
	assert_false(h.stuck); /* busy, perhaps, but there */
}

static void
a_key_has_a_limit(void **state)
{
	struct auth_env *e = *state;
	char key[LIMIT_JOB_KEY + 2];
	struct error err = ERROR_INIT;
	int64_t id = 0;

	memset(key, 'k', sizeof key);
	key[LIMIT_JOB_KEY + 1] = '\0';
	assert_int_equal(
	    jobs_queue(&e->app, JOB_GEO_RETRY, key, &id, &err), -1);
	key[LIMIT_JOB_KEY] = '\0';
	assert_string_equal(get(e, queue(e, JOB_GEO_RETRY, key)).key, key);
}

/* A full disk: the failure is told of at once, and once, although nothing can
 * be written; when there is room again the row learns of it. */
static void
a_table_that_cannot_be_written_hides_no_failure(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT, cause = ERROR_INIT;
	struct job_end end = {.cause = &cause, .result = ""};
	int64_t id = queue(e, JOB_GEO_RETRY, "");
	struct job job;

	assert_true(claim(e, &ME, &job));
	(void)err_set(&cause, ERR_DB_FULL, "Full.", "%s", "full");
	log_tap_start(&tap);
	assert_int_equal(db_set_query_only(e->app.db, true, &err), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    jobs_settle(&e->app, &ME, &job, &end, &err), -1);
	assert_int_equal(db_set_query_only(e->app.db, false, &err), 0);
	assert_int_equal(jobs_settle(&e->app, &ME, &job, &end, &err), 0);
	log_tap_stop(&tap);
	assert_int_equal(log_tap_count(&tap, FAILED), 1);
	assert_int_equal(get(e, id).state, JOB_QUEUED);
	assert_string_equal(get(e, id).error, "database_full");
}

static void
every_kind_and_state_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < JOB_KIND__MAX; i++)
		assert_string_not_equal(job_kind_name(i), "unknown");
	assert_string_equal(job_kind_name(JOB_KIND__MAX), "unknown");
	assert_string_equal(job_kind_name(-1), "unknown");
	for (int i = 0; i < JOB_STATE__MAX; i++)
		assert_non_null(job_state_name((enum job_state)i));
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_job_goes_from_queued_to_done),
	    CASE(one_unfinished_job_of_a_kind_and_key),
	    CASE(two_runners_never_get_the_same_job),
	    CASE(a_runner_takes_its_own_kinds_alone),
	    CASE(a_failure_is_tried_again_ever_later_and_then_no_more),
	    CASE(a_job_in_its_back_off_is_not_brought_forward),
	    CASE(a_server_may_ask_for_a_longer_wait),
	    CASE(a_killed_runners_job_is_told_of_once_and_goes_on),
	    CASE(a_heartbeat_keeps_the_lease),
	    CASE(a_lease_from_before_a_reboot_has_lapsed),
	    CASE(a_queued_job_is_cancelled_at_once_and_a_running_one_told),
	    CASE(what_is_given_back_has_not_been_tried),
	    CASE(the_jobs_of_a_runner_known_to_be_dead_need_no_lapse),
	    CASE(a_scheduled_kind_has_one_next_job_whoever_looks),
	    CASE(a_scheduled_kind_never_gives_up),
	    CASE(a_clock_that_jumps_makes_no_storm_and_stops_nothing),
	    CASE(a_clock_that_was_set_is_told_of_once),
	    CASE(pages_lead_to_the_end_and_back),
	    CASE(a_cursor_of_somebody_else_is_refused),
	    CASE(it_is_known_whether_anybody_runs_jobs),
	    CASE(a_key_has_a_limit),
	    CASE(a_table_that_cannot_be_written_hides_no_failure),
	    CASE(every_kind_and_state_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
