/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bangui doctor: look at the installation as the workers see it, and name for
 * each fault the command that mends it. Changes nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/owner.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "db/db.h"
#include "db/migrate.h"
#include "f2b/ban_db.h"
#include "f2b/cmd.h"
#include "f2b/policy.h"
#include "service/app.h"
#include "service/auth/auth.h"
#include "service/geo/geo.h"
#include "service/jobs/jobs.h"
#include "store/migrations.h"
#include "store/store.h"

#define DISK_LOW_BYTES (100ULL * 1024 * 1024)
#define CLOCK_EPOCH_S INT64_C(1767225600) /* 2026-01-01: before any release */

enum {
	CLOCK_SLACK_S = 86400,
	GEO_OLD_S = 90 * 86400, /* publishers bring new ones each month */
};

/* What the checks look at, and where they write what they found. */
struct visit {
	const struct settings *settings;
	char db_path[SETTING_TEXT_SIZE + 16];
	struct f2b_peer peer; /* who answered for fail2ban */
	struct db *db;        /* NULL: could not be opened, or is not there */
	struct report report;
};

static void
check_state_dir(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "state_directory");
	const char *dir = v->settings->state_dir;
	struct stat st;

	finding_say(f, VERDICT_OK, "%s", dir);
	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		finding_say(
		    f, VERDICT_FAIL, "%s is not there or no directory", dir);
		finding_mend(
		    f, "install -d -o bangui -g bangui -m 0700 %s", dir);
	} else if (st.st_uid != geteuid()) {
		finding_say(f, VERDICT_FAIL, "%s belongs to another user", dir);
		finding_mend(f, "chown -R %ld %s", (long)geteuid(), dir);
	} else if ((st.st_mode & 0077) != 0) {
		finding_say(f, VERDICT_FAIL, "others may look into %s", dir);
		finding_mend(f, "chmod 0700 %s", dir);
	} else if (access(dir, W_OK | X_OK) < 0) {
		finding_say(f, VERDICT_FAIL, "%s cannot be written", dir);
		finding_mend(f, "chmod 0700 %s", dir);
	}
}

static void
check_disk(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "disk_space");
	const char *dir = v->settings->state_dir;
	struct statvfs st;
	unsigned long long left;

	if (statvfs(dir, &st) < 0) {
		finding_say(
		    f, VERDICT_FAIL, "cannot ask the file system of %s", dir);
		return;
	}
	left = (unsigned long long)st.f_bavail * st.f_frsize;
	finding_say(f, VERDICT_OK, "%llu MiB free", left >> 20);
	if (left < DISK_LOW_BYTES)
		finding_say(f,
		    left < LIMIT_DB_FREE_BYTES ? VERDICT_FAIL : VERDICT_WARN,
		    "only %llu KiB are free for %s", left >> 10, dir);
	if (f->verdict != VERDICT_OK)
		finding_mend(f, "df -h %s", dir);
}

static void
check_database_file(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "database_file");
	struct stat st;

	if (stat(v->db_path, &st) < 0) {
		finding_say(f, VERDICT_WARN,
		    "%s is not there; the first start makes it", v->db_path);
		finding_mend(f, "%s", "bangui setup-code");
		return;
	}
	finding_say(f, VERDICT_OK, "%s, %lld KiB", v->db_path,
	    (long long)st.st_size >> 10);
	if ((st.st_mode & 0077) != 0) {
		finding_say(f, VERDICT_FAIL, "others may read %s", v->db_path);
		finding_mend(f, "chmod 0600 %s*", v->db_path);
	} else if (st.st_uid != geteuid()) {
		finding_say(
		    f, VERDICT_FAIL, "%s belongs to another user", v->db_path);
		finding_mend(f, "chown %ld %s*", (long)geteuid(), v->db_path);
	}
}

/* What the database did not do, and what helps against that. */
static void
blame_database(
    const struct visit *v, struct finding *f, const struct error *err)
{
	finding_say(f, VERDICT_FAIL, "%s", err->detail);
	if (err->code == ERR_DB_BUSY)
		finding_mend(f, "fuser -v %s", v->db_path);
	else if (err->code == ERR_DB_FULL)
		finding_mend(f, "df -h %s", v->settings->state_dir);
	else if (access(v->db_path, R_OK | W_OK) < 0)
		finding_mend(f, "chown %ld %s*", (long)geteuid(), v->db_path);
	else
		finding_mend(f,
		    "stop bangui-fcgi and put a backup in the place of %s",
		    v->db_path);
}

/* Is it of this program's schema? */
static void
judge_version(struct visit *v, struct finding *f)
{
	struct error err = ERROR_INIT;
	int64_t version = 0;

	if (db_version(v->db, &version, &err) < 0) {
		blame_database(v, f, &err);
		return;
	}
	finding_say(f, VERDICT_OK, "schema version %" PRId64, version);
	if ((uint64_t)version > MIGRATIONS_LEN) {
		finding_say(f, VERDICT_FAIL,
		    "schema version %" PRId64 " is of a later BanGUI than "
		    "this one, which knows %zu",
		    version, MIGRATIONS_LEN);
		finding_mend(f, "%s",
		    "install that version again, or restore a "
		    "backup from before");
	} else if ((uint64_t)version < MIGRATIONS_LEN) {
		finding_say(f, VERDICT_WARN,
		    "schema version %" PRId64 " of %zu; the next start brings "
		    "it up to date",
		    version, MIGRATIONS_LEN);
		finding_mend(f, "%s", "restart bangui-fcgi");
	}
}

static void
check_database(struct visit *v)
{
	struct finding *f;
	struct error err = ERROR_INIT;

	if (access(v->db_path, F_OK) < 0)
		return; /* told already; db_open() would make one */
	f = report_begin(&v->report, "database");
	if (db_open(&v->db, v->settings->state_dir, &err) < 0) {
		blame_database(v, f, &err);
		return;
	}
	judge_version(v, f);
}

static void
check_integrity(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "database_integrity");
	struct error err = ERROR_INIT;

	finding_say(f, VERDICT_OK, "%s", "no damage found");
	if (db_quick_check(v->db, &err) == 0)
		return;
	blame_database(v, f, &err);
}

static void
check_writable(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "database_writable");
	struct error err = ERROR_INIT;

	finding_say(f, VERDICT_OK, "%s", "yes");
	if (db_check_writable(v->db, &err) < 0)
		blame_database(v, f, &err);
}

static void
check_set_up(struct visit *v)
{
	struct app app = {.settings = v->settings, .db = v->db};
	struct finding *f = report_begin(&v->report, "set_up");
	struct error err = ERROR_INIT;
	bool done = false;

	finding_say(f, VERDICT_OK, "%s", "there is a password");
	if (store_prepare(v->db, &err) < 0 ||
	    auth_setup_done(&app, &done, &err) < 0) {
		blame_database(v, f, &err);
	} else if (!done) {
		finding_say(
		    f, VERDICT_WARN, "%s", "nobody has chosen a password yet");
		finding_mend(f, "%s", "bangui setup-code");
	}
}

static void
check_jobs(struct visit *v)
{
	struct app app = {
	    .settings = v->settings, .db = v->db, .now_s = time_now_s};
	struct finding *f = report_begin(&v->report, "jobs");
	struct error err = ERROR_INIT;
	struct jobs_health h;
	char seen[TIME_RFC3339_SIZE];

	if (store_prepare(v->db, &err) < 0 || jobs_health(&app, &h, &err) < 0) {
		blame_database(v, f, &err);
		return;
	}
	if (h.runner_seen_at >= 0)
		time_format(h.runner_seen_at, seen);
	finding_say(f, VERDICT_OK, "a runner was last seen: %s",
	    h.runner_seen_at < 0 ? "never" : seen);
	if (!h.stuck)
		return;
	finding_say(f, VERDICT_WARN,
	    "jobs wait, and nothing does them; a runner was last seen: %s",
	    h.runner_seen_at < 0 ? "never" : seen);
	finding_mend(f, "%s", "bangui jobs run --watch");
}

static int
ask_fail2ban(struct visit *v, char version[F2B_VERSION_SIZE], struct error *err)
{
	AUTO(f2b_freep) struct f2b *f2b = NULL;
	const char *path = v->settings->fail2ban_socket;

	if (f2b_new(&f2b, path, err) < 0 ||
	    f2b_peer_get(f2b, &v->peer, err) < 0 || f2b_ping(f2b, err) < 0)
		return -1;
	return f2b_version(f2b, version, err);
}

static void
check_fail2ban(struct visit *v)
{
	const char *path = v->settings->fail2ban_socket;
	struct finding *f = report_begin(&v->report, "fail2ban");
	char version[F2B_VERSION_SIZE] = "";
	struct error err = ERROR_INIT;

	if (ask_fail2ban(v, version, &err) == 0) {
		finding_say(
		    f, VERDICT_OK, "version %s answers on %s", version, path);
		return;
	}
	finding_say(f, VERDICT_FAIL, "%s: %s", path, err.detail);
	if (settings_is_preset(v->settings, path))
		finding_mend(f, "%s", "systemctl restart bangui-gate.socket");
	else if (access(path, F_OK) == 0 && access(path, R_OK | W_OK) < 0)
		finding_mend(f,
		    "give user %ld access to %s (that is as good as root)",
		    (long)geteuid(), path);
	else
		finding_mend(f, "%s", "fail2ban-client status");
}

/* Where fail2ban's database is: 1, or 0 when nobody tells. */
static int
history_path(struct visit *v, char **out)
{
	AUTO(f2b_freep) struct f2b *f2b = NULL;
	struct error err = ERROR_INIT;

	if (v->settings->fail2ban_db[0] != '\0') {
		*out = strdup(v->settings->fail2ban_db);
		return *out != NULL;
	}
	return f2b_new(&f2b, v->settings->fail2ban_socket, &err) == 0 &&
	       f2b_database_path(f2b, out, &err) == 0;
}

static void
mend_history(struct finding *f, enum ban_db_fault fault, const char *path)
{
	long user = (long)geteuid();

	if (fault == BAN_DB_DENIED)
		finding_mend(f,
		    "d=$(dirname %s) && setfacl -m u:%ld:x $d && setfacl -d "
		    "-m u:%ld:r $d && setfacl -m u:%ld:r %s",
		    path, user, user, user, path);
	else if (fault == BAN_DB_BUSY)
		finding_mend(f, "fuser -v %s", path);
	else
		finding_mend(f, "%s", "fail2ban-client get dbfile");
}

/* The same where a gate reads it for us. */
static void
check_history_behind_gate(struct visit *v)
{
	AUTO(f2b_freep) struct f2b *f2b = NULL;
	AUTO(ban_db_freep) struct ban_db *db = NULL;
	struct finding *f = report_begin(&v->report, "history");
	struct error err = ERROR_INIT;
	int64_t last = 0;

	finding_say(f, VERDICT_OK, "%s", "bangui-gate reads it");
	if (f2b_new(&f2b, v->settings->fail2ban_socket, &err) == 0 &&
	    ban_db_new(&db, &err) == 0 &&
	    ban_db_open_gate(db, f2b, &err) == 0 &&
	    ban_db_last_rowid(db, &last, &err) == 0)
		return;
	finding_say(f, VERDICT_WARN, "no history grows: %s", err.detail);
	finding_mend(f, "%s", "fail2ban-client get dbfile");
}

/* Whether the archive can grow, by reading where it does. */
static void
check_history(struct visit *v)
{
	AUTO(ban_db_freep) struct ban_db *db = NULL;
	AUTO(str_freep) char *path = NULL;
	struct error err = ERROR_INIT;
	struct finding *f;
	int64_t last = 0;

	if (v->peer.gate && v->settings->fail2ban_db[0] == '\0') {
		check_history_behind_gate(v);
		return;
	}
	if (!history_path(v, &path))
		return; /* told already: fail2ban is away */
	f = report_begin(&v->report, "history");
	finding_say(f, VERDICT_OK, "reads %s", path == NULL ? "" : path);
	if (path == NULL || path[0] != '/') {
		finding_say(f, VERDICT_WARN, "%s",
		    "fail2ban keeps no database, so no history grows");
		finding_mend(f, "%s",
		    "set dbfile in fail2ban.local and restart fail2ban");
	} else if (ban_db_new(&db, &err) < 0 ||
		   ban_db_open(db, path, &err) < 0 ||
		   ban_db_last_rowid(db, &last, &err) < 0) {
		finding_say(
		    f, VERDICT_WARN, "no history grows: %s", err.detail);
		mend_history(
		    f, db != NULL ? ban_db_fault(db) : BAN_DB_FINE, path);
	}
}

static void
check_clock(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "clock");
	int64_t now = time_now_s();
	char text[TIME_RFC3339_SIZE];
	struct stat st;

	time_format(now, text);
	finding_say(f, VERDICT_OK, "%s", text);
	if (now < CLOCK_EPOCH_S)
		finding_say(f, VERDICT_FAIL,
		    "%s is before this program was made", text);
	else if (stat(v->db_path, &st) == 0 &&
		 (int64_t)st.st_mtime > now + CLOCK_SLACK_S)
		finding_say(f, VERDICT_WARN,
		    "%s, but the database was written later than that", text);
	if (f->verdict != VERDICT_OK)
		finding_mend(f, "%s", "timedatectl set-ntp true");
}

static void
check_settings(struct visit *v)
{
	struct finding *f = report_begin(&v->report, "plain_http");

	finding_say(
	    f, VERDICT_OK, "%s", "refused, but from this machine itself");
	if (v->settings->allow_plain_http) {
		finding_say(f, VERDICT_WARN, "%s",
		    "allowed: passwords cross the network readable");
		finding_mend(f, "%s",
		    "serve the page over HTTPS and set "
		    "BANGUI_ALLOW_PLAIN_HTTP=no");
	}
	f = report_begin(&v->report, "fail2ban_access");
	if (v->peer.gate)
		finding_say(f, VERDICT_OK, "through bangui-gate, level %s",
		    policy_level_name(v->peer.level));
	else
		finding_say(f, VERDICT_OK, "%s",
		    "direct: this user can do with fail2ban what root can");
}

/* The copy that the workers use, and how old its data is. */
static void
judge_geo_db(struct finding *f, const struct geo_db *db, const char *source)
{
	char built[TIME_RFC3339_SIZE];

	time_format(db->file.built_at, built);
	finding_say(f, VERDICT_OK, "%s of %s", db->file.type, built);
	if (!db->file.open) {
		finding_say(f, VERDICT_FAIL,
		    "there is no usable copy of %s yet", source);
		finding_mend(f,
		    "ls -l %s; journalctl -u bangui | grep geo_copy", source);
	} else if (db->file.built_at < time_now_s() - GEO_OLD_S) {
		finding_say(
		    f, VERDICT_WARN, "%s of %s is old", db->file.type, built);
		finding_mend(f, "%s", "geoipupdate");
	}
}

static void
check_geo_db(struct visit *v, const char *name, const struct geo_db *db,
    const char *source)
{
	struct finding *f;

	if (!db->configured)
		return;
	f = report_begin(&v->report, name);
	if (access(source, R_OK) == 0) {
		judge_geo_db(f, db, source);
		return;
	}
	finding_say(f, VERDICT_FAIL, "%s cannot be read", source);
	finding_mend(f, "ls -l %s", source);
}

static void
check_geo(struct visit *v)
{
	struct app app = {.settings = v->settings, .now_s = time_now_s};
	struct error err = ERROR_INIT;
	struct geo_status s;

	if (geo_new(&app.geo, v->settings, &err) == 0) {
		geo_files(&app, &s);
		check_geo_db(
		    v, "geoip", &s.country, v->settings->geoip_db_path);
		check_geo_db(
		    v, "geoip_asn", &s.asn, v->settings->geoip_asn_db_path);
	}
	geo_freep(&app.geo);
	if (v->settings->geoip_http_fallback) {
		struct finding *f =
		    report_begin(&v->report, "geo_http_fallback");

		finding_say(f, VERDICT_WARN, "%s",
		    "allowed: addresses leave the machine unencrypted");
		finding_mend(f, "%s",
		    "set BANGUI_GEOIP_DB_PATH and "
		    "BANGUI_GEOIP_ALLOW_HTTP_FALLBACK=no");
	}
}

int
cli_doctor(struct cli *cli)
{
	struct visit v = {.settings = &cli->settings};
	struct error err = ERROR_INIT;
	int rc;

	(void)snprintf(v.db_path, sizeof v.db_path, "%s/bangui.db",
	    cli->settings.state_dir);
	/* A directory that is not there is a finding, not the end. */
	if (access(cli->settings.state_dir, F_OK) == 0 &&
	    owner_become(cli->settings.state_dir, &err) < 0)
		return cli_fail(&err);
	check_state_dir(&v);
	check_disk(&v);
	check_database_file(&v);
	check_database(&v);
	if (v.db != NULL) {
		check_integrity(&v);
		check_writable(&v);
		check_set_up(&v);
		check_jobs(&v);
	}
	check_fail2ban(&v);
	check_history(&v);
	check_clock(&v);
	check_settings(&v);
	check_geo(&v);
	db_freep(&v.db);
	rc = report_print(&v.report, cli->json);
	return rc != CLI_OK ? rc : (int)report_worst(&v.report);
}
