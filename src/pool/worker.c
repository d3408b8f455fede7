/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pool/worker.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "api/guard.h"
#include "base/error.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "db/migrate.h"
#include "http/route.h"
#include "service/app.h"
#include "service/geo/geo.h"
#include "service/jobs/chores.h"
#include "service/jobs/task.h"
#include "store/migrations.h"

enum { REOPEN_MS = 1000 }; /* between two tries to open the database */

struct worker {
	struct app app; /* first: the hooks get its address */
	const struct worker_plan *plan;
	struct site site;
	struct error closed; /* why app is not open */
	int64_t tried_ms;    /* when it was last tried */
};

static struct worker *
worker_of(struct app *app)
{
	return (struct worker *)app; /* its first member */
}

/* The guard while there is no database: everything has one answer but what
 * says how things are. */
static int
refuse_all(struct app *app, const struct route *route, struct request *req,
    struct reply *rep, struct error *err)
{
	(void)req;
	(void)rep;
	if (route && str_starts(route->path, "/api/health/"))
		return 0;
	*err = worker_of(app)->closed;
	return -1;
}

/* A GET changes nothing, and SQLite sees to it. */
static int
begin_reading(struct app *app, bool reading, struct error *err)
{
	return reading ? db_set_query_only(app->db, true, err) : 0;
}

static int
end_query_only(struct app *app, struct error *err)
{
	return db_set_query_only(app->db, false, err);
}

static void
end_reading(struct app *app)
{
	(void)task_run(app, TASK_REQUEST_END, end_query_only); /* told of */
}

static void try_open(struct app *app);
static void after_response(struct app *app);

static void
set_open(struct worker *w)
{
	w->site.guard = api_guard;
	w->site.begin = begin_reading;
	w->site.end = end_reading;
	w->site.after = after_response;
}

static void
set_closed(struct worker *w)
{
	app_close(&w->app);
	w->site.guard = refuse_all;
	w->site.begin = NULL;
	w->site.end = NULL;
	w->site.after = try_open;
	w->tried_ms = time_mono_ms();
	/* closed as it is, it has a name for what goes wrong */
	w->app.settings = w->plan->settings;
	task_fail_now(&w->app, TASK_OPEN, &w->closed);
}

/* The database may be back. */
static void
try_open(struct app *app)
{
	struct worker *w = worker_of(app);

	if (time_mono_ms() - w->tried_ms < REOPEN_MS)
		return;
	err_clear(&w->closed);
	app_close(&w->app); /* what a failure needed */
	if (app_open_worker(
		&w->app, w->plan->settings, w->plan->workers, &w->closed) < 0)
		set_closed(w);
	else
		set_open(w);
}

/* What a request leaves behind: service/jobs/chores.h. */
static void
after_response(struct app *app)
{
	struct worker *w = worker_of(app);

	err_clear(&w->closed);
	app->actor = (struct actor){.kind = ACTOR_NOBODY};
	if (app_check_schema(app, &w->closed) < 0)
		set_closed(w);
	else
		(void)chores_run(app); /* none due is fine, too */
}

/* A worker has passwords in its memory: no core file, no debugger but
 * root's, and no way to gain rights that it has not. */
static void
harden(void)
{
	/* neither fails on a kernel that can run the rest */
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int
worker_run(const struct worker_plan *plan, struct server_slot *slot)
{
	struct worker w = {
	    .plan = plan,
	    .site = {.routes = plan->routes,
		     .n_routes = plan->n_routes,
		     .allowed_hosts = plan->settings->allowed_hosts,
		     .request_limit_s = plan->request_limit_s,
		     .slot = slot}
        };
	int rc;

	harden();
	w.site.app = &w.app;
	if (app_open_worker(&w.app, plan->settings, plan->workers, &w.closed) <
	    0)
		set_closed(&w);
	else
		set_open(&w);
	rc = server_run(&w.site, STDIN_FILENO);
	app_close(&w.app);
	return rc;
}

static int
copy_geo_files(struct app *app, struct error *err)
{
	if (geo_copy_files(app->settings, err) == 0)
		return 0;
	return err->code == ERR_OVERLOADED ? 0 : -1; /* another one is at it */
}

int
worker_prepare(const struct worker_plan *plan)
{
	struct app app = {0};
	struct error err = ERROR_INIT;
	struct log_line l;

	harden();
	if (app_open(&app, plan->settings, &err) == 0) {
		/* One that fails leaves an older copy, or none: no reason
		 * not to start. */
		(void)task_run(&app, TASK_GEO_COPY, copy_geo_files);
		app_close(&app);
		return EX_OK;
	}
	log_begin(&l, LOG_LEVEL_ERROR, "start_failed");
	log_error_fields(&l, &err);
	log_end(&l);
	return err.code == ERR_DB_NEWER ? EX_CONFIG : EX_UNAVAILABLE;
}

bool
worker_migration_pending(const struct worker_plan *plan)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;
	int64_t version = 0;

	/* what cannot be read cannot be migrated either */
	if (db_open(&db, plan->settings->state_dir, &err) < 0 ||
	    db_version(db, &version, &err) < 0)
		return false;
	return version > 0 && (uint64_t)version < MIGRATIONS_LEN;
}
