/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bangui-reaper: deletes what has outlived its retention. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <time.h>

#include "base/buf.h"
#include "base/counters.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/options.h"
#include "base/owner.h"
#include "base/settings.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "service/app.h"
#include "service/jobs/task.h"
#include "service/retention.h"
#include "json/write.h"

enum {
	EXIT_FAILED = 1,
	OPT_CONFIG = 'c',
	OPT_DRY_RUN = 'n',
	OPT_JSON = 'j',
	SUMMARY_MAX = 4096, /* bytes: a few words and numbers a rule */
};

static const struct option OPTIONS[] = {
    {"config",  required_argument, NULL, OPT_CONFIG     },
    {"dry-run", no_argument,       NULL, OPT_DRY_RUN    },
    {"json",    no_argument,       NULL, OPT_JSON       },
    {"help",    no_argument,       NULL, OPTIONS_HELP   },
    {"version", no_argument,       NULL, OPTIONS_VERSION},
    {NULL,      0,		 NULL, 0              },
};

static const char USAGE[] =
    "usage: bangui-reaper [--dry-run] [--json] [--config FILE]\n"
    "\n"
    "Deletes what has outlived its retention from BanGUI's database, and says\n"
    "how much that was. Meant for cron or a timer, each night.\n"
    "\n"
    "  --dry-run       count what would be deleted, and change nothing\n"
    "  --json          say it as JSON\n"
    "  --config FILE   read settings from FILE\n"
    "  --help          this text\n"
    "  --version       its version\n"
    "\n"
    "As root it becomes the owner of the state directory first. See\n"
    "bangui-reaper(8).\n";

struct reaper {
	struct app app;
	struct settings settings;
	const char *config;    /* --config, or NULL */
	sigset_t stop_signals; /* blocked: they come in between two batches */
	bool stop;
	bool dry_run;
	bool json;
	int64_t begun_ms;
};

static int take_option(void *ctx, int opt);

static const struct options COMMAND_LINE = {
    "bangui-reaper", USAGE, OPTIONS, take_option};

static int
take_option(void *ctx, int opt)
{
	struct reaper *r = ctx;

	switch (opt) {
	case OPT_CONFIG:
		r->config = optarg;
		return 0;
	case OPT_DRY_RUN:
		r->dry_run = true;
		return 0;
	case OPT_JSON:
		r->json = true;
		return 0;
	default:
		return options_common(&COMMAND_LINE, opt);
	}
}

static int
load_settings(struct reaper *r)
{
	struct error err = ERROR_INIT;

	if (settings_load(&r->settings, r->config, &err) < 0) {
		(void)fprintf(stderr, "bangui-reaper: %s\n", err.detail);
		return -1;
	}
	settings_open_log(&r->settings, "bangui-reaper");
	return 0;
}

static void
hold_signals(struct reaper *r)
{
	/* none of these can fail: the signals exist */
	(void)sigemptyset(&r->stop_signals);
	(void)sigaddset(&r->stop_signals, SIGTERM);
	(void)sigaddset(&r->stop_signals, SIGINT);
	(void)sigaddset(&r->stop_signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &r->stop_signals, NULL);
}

/* A rest that a signal ends. */
static bool
rest(void *arg, int64_t us)
{
	struct reaper *r = arg;
	const struct timespec t = {us / 1000000, us % 1000000 * 1000};

	if (!r->stop)
		r->stop = sigtimedwait(&r->stop_signals, NULL, &t) > 0;
	return !r->stop;
}

/* The log has a line of it; where that is not on stderr, people are told as
 * well. */
static int
fail(struct reaper *r, const struct error *err)
{
	task_fail_now(&r->app, TASK_RETENTION, err);
	if (str_eq(r->settings.log, "syslog"))
		(void)fprintf(stderr, "bangui-reaper: %s\n(%s)\n", err->message,
		    err->detail);
	return err->code == ERR_DB_NEWER ? EX_CONFIG : EXIT_FAILED;
}

static void
put_text(const struct retention_report *report, int64_t ms, struct buf *to)
{
	buf_addf(to, "%s", report->dry_run ? "would delete" : "deleted");
	for (int k = 0; k < RETENTION__MAX; k++)
		buf_addf(to, "%s %" PRId64 " of %" PRId64 " %s",
		    k > 0 ? "," : "", report->counts[k].old,
		    report->counts[k].looked,
		    retention_name((enum retention_kind)k));
	buf_addf(to, " in %" PRId64 ".%03d s%s", ms / 1000, (int)(ms % 1000),
	    report->complete ? "" : ", then was told to stop");
}

static int
put_json(const struct retention_report *report, int64_t ms, struct buf *to,
    struct error *err)
{
	struct json_out out;

	json_begin(&out, to);
	json_put_object(&out, NULL);
	json_put_bool(&out, "dry_run", report->dry_run);
	json_put_bool(&out, "complete", report->complete);
	json_put_i64(&out, "clock_jump_s", report->clock_jump);
	json_put_i64(&out, "duration_ms", ms);
	for (int k = 0; k < RETENTION__MAX; k++) {
		json_put_object(&out, retention_name((enum retention_kind)k));
		json_put_i64(&out, "looked_at", report->counts[k].looked);
		json_put_i64(&out, "deleted", report->counts[k].old);
		json_put_close(&out);
	}
	json_put_close(&out);
	return json_end(&out, err);
}

static int
print_summary(const struct reaper *r, const struct retention_report *report,
    int64_t ms, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(SUMMARY_MAX);

	if (r->json && put_json(report, ms, &text, err) < 0)
		return -1;
	if (!r->json)
		put_text(report, ms, &text);
	if (buf_check(&text, err) < 0)
		return -1;
	if (puts(buf_str(&text)) < 0 || fflush(stdout) != 0)
		return err_set(err, ERR_INTERNAL,
		    "The summary cannot be printed. All is done.",
		    "cannot write to stdout: %m");
	return 0;
}

static int
run_pass(struct reaper *r, struct error *err)
{
	const struct retention_plan plan = {
	    .dry_run = r->dry_run,
	    .boot_s = time_boot_s(),
	    .rest = rest,
	    .arg = r,
	};
	struct retention_report report;
	int64_t ms;
	int rc = retention_run(&r->app, &plan, &report, err);

	if (rc < 0)
		return -1;
	ms = time_mono_ms() - r->begun_ms;
	retention_log(&report, ms);
	return print_summary(r, &report, ms, err);
}

/* There is nothing to delete before there is a database. */
static int
open_database(struct reaper *r, struct error *err)
{
	if (app_open_db(&r->app, &r->settings, r->dry_run, err) == 0)
		return 1;
	if (err->code != ERR_NOT_FOUND)
		return -1;
	(void)fprintf(
	    stderr, "bangui-reaper: nothing to do: %s\n", err->detail);
	return 0;
}

/* A dry run may stand beside a real one: it writes nothing. */
static int
take_lock(const struct reaper *r, int *fd, struct error *err)
{
	char path[sizeof r->settings.state_dir + sizeof "/reaper.lock"];

	if (r->dry_run)
		return 0;
	(void)snprintf(
	    path, sizeof path, "%s/reaper.lock", r->settings.state_dir);
	*fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, err);
	return *fd < 0 ? -1 : 0;
}

static int
reap(struct reaper *r)
{
	AUTO(fd_closep) int lock_fd = -1;
	struct error err = ERROR_INIT;
	int rc;

	if (owner_become(r->settings.state_dir, &err) < 0)
		return fail(r, &err);
	if (take_lock(r, &lock_fd, &err) < 0) {
		if (err.code != ERR_OVERLOADED)
			return fail(r, &err);
		(void)fputs("bangui-reaper: another one is running\n", stderr);
		return EX_TEMPFAIL;
	}
	rc = open_database(r, &err);
	if (rc > 0)
		rc = run_pass(r, &err);
	db_freep(&r->app.db);
	return rc < 0 ? fail(r, &err) : EX_OK;
}

/* A failure is counted even when the database could not be opened. */
static int
reap_counted(struct reaper *r)
{
	int rc;

	r->app.settings = &r->settings;
	rc = reap(r);
	counters_closep(&r->app.counters);
	return rc;
}

int
main(int argc, char **argv)
{
	struct reaper r = {.begun_ms = time_mono_ms()};
	int rc = options_read(&COMMAND_LINE, argc, argv, &r);

	if (rc != 0)
		return rc - 1;
	if (optind < argc)
		return options_wrong(
		    &COMMAND_LINE, "it takes options only", "");
	if (load_settings(&r) < 0)
		return EX_CONFIG;
	hold_signals(&r);
	return reap_counted(&r);
}
