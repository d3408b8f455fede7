/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The job runner with jobs that fail, hang and crash, by their key. For tests
 * only: bangui-jobs-hooks [--watch], with settings as the other programs. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "jobs/job.h"
#include "jobs/runner.h"
#include "service/app.h"

/* One line in the file `ran`, so that a job that was done twice shows. */
static int
note(struct job_run *run, struct error *err)
{
	char path[SETTING_TEXT_SIZE + sizeof "/ran"];
	char line[64]; /* three numbers */
	AUTO(fd_closep) int fd = -1;
	int len;

	(void)snprintf(
	    path, sizeof path, "%s/ran", run->app->settings->state_dir);
	len = snprintf(line, sizeof line, "%lld %lld %ld\n",
	    (long long)run->job.kind, (long long)run->job.id, (long)getpid());
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line, (size_t)len) != len)
		return err_set(err, ERR_INTERNAL, "No.", "%s: %m", path);
	return 0;
}

/* Somebody else is writing for as long as SQLite waits. */
static int
be_busy(struct job_run *run, struct error *err)
{
	AUTO(db_freep) struct db *other = NULL;
	AUTO(db_txn_end) struct db_txn theirs = DB_TXN_INIT;
	AUTO(db_txn_end) struct db_txn ours = DB_TXN_INIT;

	if (db_open(&other, run->app->settings->state_dir, err) < 0)
		return -1;
	return db_txn_begin(&theirs, other, err) < 0
		   ? -1
		   : db_txn_begin(&ours, run->app->db, err);
}

static int
go_on(struct job_run *run, struct error *err)
{
	for (int i = 0;; i++) {
		if (job_progress(run, i, -1, "going on", err) < 0)
			return -1;
		(void)poll(NULL, 0, 20);
	}
}

static int
crash(void)
{
	/* as a bad pointer would, also where a sanitizer has its handler */
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 0;
}

static int
obey(struct job_run *run, struct error *err)
{
	const char *key = run->job.key;

	if (str_eq(key, "error"))
		return err_set(err, ERR_F2B_DOWN, "It is away.", "%s", "hook");
	if (str_eq(key, "full"))
		return err_set(err, ERR_DB_FULL, "It is full.", "%s", "hook");
	if (str_eq(key, "busy"))
		return be_busy(run, err);
	if (str_eq(key, "slow"))
		return go_on(run, err);
	if (str_eq(key, "crash"))
		return crash();
	while (str_eq(key, "hang"))
		(void)poll(NULL, 0, -1);
	return note(run, err);
}

/* Of the kind that may take long: goes on for ever, or hears nothing. */
static int
take_long(struct job_run *run, struct error *err)
{
	while (str_eq(run->job.key, "deaf"))
		(void)poll(NULL, 0, -1);
	return str_eq(run->job.key, "count") ? note(run, err) : go_on(run, err);
}

/* clang-format off */
static const struct job_type TYPES[JOB_KIND__MAX] = {
	[JOB_GEO_COPY] = {
	    .task = TASK_GEO_COPY,
	    .limit_s = 60,
	    .period_s = 1,
	    .run = note,
	},
	[JOB_GEO_RETRY] = {
	    .task = TASK_GEO_RETRY,
	    .limit_s = 1,
	    .tries_max = 1,
	    .run = obey,
	},
	[JOB_GEO_HTTP] = {
	    .task = TASK_GEO_HTTP,
	    .limit_s = 60,
	    .tries_max = 5,
	    .is_long = true,
	    .run = take_long,
	},
};
/* clang-format on */

int
main(int argc, char **argv)
{
	static struct settings settings;
	struct error err = ERROR_INIT;
	const struct runner_plan plan = {
	    .settings = &settings,
	    .types = TYPES,
	    .watch = argc > 1 && str_eq(argv[1], "--watch"),
	};

	if (settings_load(&settings, NULL, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.detail);
		return EXIT_FAILURE;
	}
	log_open("bangui-jobs", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	return runner_run(&plan);
}
