/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/health.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/geo/geo.h"
#include "service/jobs/jobs.h"
#include "service/status.h"
#include "store/event_store.h"

bool
health_is_f2b_away(const struct error *err)
{
	return err->code == ERR_F2B_DOWN || err->code == ERR_F2B_TIMEOUT ||
	       err->code == ERR_F2B_PROTOCOL || err->code == ERR_F2B_REFUSED;
}

static void
log_change(const struct error *err)
{
	struct log_line l;

	log_begin(&l, err == NULL ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
	    err == NULL ? "fail2ban_back" : "fail2ban_away");
	if (err != NULL)
		log_error_fields(&l, err);
	log_end(&l);
}

/* Move a check to ok or not; true when that is a change. */
static bool
memory_move(struct app_check *c, bool ok)
{
	bool known = c->since_s != 0;

	if (known && c->ok == ok)
		return false;
	c->ok = ok;
	c->since_s = time_now_s();
	return known || !ok;
}

/* For all processes, the first to notice writes it. If somebody else is
 * writing just now, the next look tells it. */
static void
event_note(struct app *app, bool up)
{
	struct error err = ERROR_INIT;
	enum event_type type = up ? EVENT_FAIL2BAN_UP : EVENT_FAIL2BAN_DOWN;

	if (app->db != NULL &&
	    event_store_fail2ban(app->db, time_now_s(), type, &err) < 0)
		log_event(LOG_LEVEL_DEBUG, "event_not_noted", "%s", err.detail);
}

void
health_note_f2b(struct app *app, const struct error *err)
{
	app->f2b_check.asked_ms = time_mono_ms();
	event_note(app, err == NULL);
	if (memory_move(&app->f2b_check, err == NULL))
		log_change(err);
}

static void
check_f2b(struct app *app, struct health_check *out)
{
	struct app_check *c = &app->f2b_check;
	struct error err = ERROR_INIT;

	if (app->f2b == NULL) { /* a worker without database has none */
		*out = (struct health_check){
		    .name = "fail2ban",
		    .status = HEALTH_DEGRADED,
		    .since = app->db_check.since_s,
		    .detail = "Not asked while the database is away.",
		};
		return;
	}
	if (c->since_s == 0 ||
	    time_mono_ms() - c->asked_ms > LIMIT_HEALTH_F2B_MS)
		health_note_f2b(
		    app, f2b_ping(app->f2b, &err) == 0 ? NULL : &err);
	*out = (struct health_check){
	    .name = "fail2ban",
	    .status = c->ok ? HEALTH_OK : HEALTH_DEGRADED,
	    .since = c->since_s,
	    .detail = c->ok ? NULL
			    : "Cannot reach the fail2ban service. Bans in "
			      "force are not shown until it is back.",
	};
}

static int
try_write(struct app *app, struct error *err)
{
	int rc;

	if (app->db == NULL)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database cannot be used. See the log of BanGUI.", "%s",
		    "it is not open");
	/* a readiness check is a GET; its write is rolled back */
	if (db_set_query_only(app->db, false, err) < 0)
		return -1;
	rc = db_check_writable(app->db, err);
	if (db_set_query_only(app->db, true, err) < 0)
		return -1;
	return rc;
}

static void
check_db(struct app *app, struct health_check *out)
{
	struct app_check *c = &app->db_check;
	struct error err = ERROR_INIT;
	struct log_line l;

	if (memory_move(c, try_write(app, &err) == 0)) {
		log_begin(&l, c->ok ? LOG_LEVEL_INFO : LOG_LEVEL_ERROR,
		    c->ok ? "database_back" : "database_away");
		if (!c->ok)
			log_error_fields(&l, &err);
		log_end(&l);
	}
	*out = (struct health_check){
	    .name = "database",
	    .status = c->ok ? HEALTH_OK : HEALTH_UNAVAILABLE,
	    .since = c->since_s,
	    .detail = c->ok ? NULL
			    : "Nothing can be written to BanGUI's database. "
			      "Run `bangui doctor` on the server.",
	};
}

/* The opening of a file is logged by service/geo/geo.c, so is a bad one. */
static void
check_geo(struct app *app, struct health_check *out)
{
	struct app_check *c = &app->geo_check;
	struct geo_status s;

	if (app->geo == NULL) { /* as with fail2ban */
		*out = (struct health_check){
		    .name = "geoip",
		    .status = HEALTH_DEGRADED,
		    .since = app->db_check.since_s,
		    .detail = "Not looked at while the database is away.",
		};
		return;
	}
	geo_files(app, &s);
	(void)memory_move(c, !geo_is_degraded(&s));
	*out = (struct health_check){
	    .name = "geoip",
	    .status = c->ok ? HEALTH_OK : HEALTH_DEGRADED,
	    .since = c->since_s,
	    .detail = c->ok ? NULL
			    : "A MaxMind DB file that is configured is missing "
			      "or damaged. Run `bangui doctor` on the server.",
	};
}

/* Whether somebody does the jobs shows only when there are some. */
static void
check_jobs(struct app *app, struct health_check *out)
{
	struct app_check *c = &app->jobs_check;
	struct error err = ERROR_INIT;
	struct jobs_health h = {0};

	if (app->db == NULL || jobs_health(app, &h, &err) < 0) {
		*out = (struct health_check){
		    .name = "jobs",
		    .status = HEALTH_DEGRADED,
		    .since = app->db_check.since_s,
		    .detail = "Not looked at while the database is away.",
		};
		return;
	}
	(void)memory_move(c, !h.stuck);
	*out = (struct health_check){
	    .name = "jobs",
	    .status = c->ok ? HEALTH_OK : HEALTH_DEGRADED,
	    .since = c->since_s,
	    .detail = c->ok ? NULL : JOBS_NOT_RUNNING,
	};
}

void
health_check(struct app *app, struct health_report *out)
{
	*out = (struct health_report){.n = 4};
	check_db(app, &out->checks[0]);
	check_f2b(app, &out->checks[1]);
	check_geo(app, &out->checks[2]);
	check_jobs(app, &out->checks[3]);
	for (size_t i = 0; i < out->n; i++)
		if (out->checks[i].status > out->status)
			out->status = out->checks[i].status;
}
