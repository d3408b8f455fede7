/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/app.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/counters.h"
#include "base/error.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/time.h"
#include "db/db.h"
#include "db/migrate.h"
#include "f2b/cmd.h"
#include "f2b/cmd_conf.h"
#include "f2b/conf_place.h"
#include "f2b/policy.h"
#include "service/archive/history.h"
#include "service/auth/auth.h"
#include "service/geo/geo.h"
#include "store/migrations.h"
#include "store/store.h"

static int
fail2ban_fill(struct app *app, struct error *err)
{
	enum policy_level level = POLICY_OBSERVE;
	struct conf_place place;

	if (f2b_new(&app->f2b, app->settings->fail2ban_socket, err) < 0)
		return -1;
	/* a word of the closed list that settings_load() checked */
	if (policy_level_parse(app->settings->direct_level, &level))
		f2b_greets(app->f2b, level);
	conf_place_init(&place, app->settings->fail2ban_socket);
	place.dir = app->settings->fail2ban_config;
	f2b_files(app->f2b, &place, level);
	return 0;
}

static int
app_fill(struct app *app, struct error *err)
{
	const char *dir = app->settings->state_dir;

	if (sodium_init() < 0)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "sodium_init");
	if (db_open(&app->db, dir, err) < 0 ||
	    db_migrate(app->db, dir, MIGRATIONS, MIGRATIONS_LEN, NULL, err) <
		0 ||
	    store_prepare(app->db, err) < 0)
		return -1;
	if (geo_new(&app->geo, app->settings, err) < 0 ||
	    history_new(&app->history, err) < 0)
		return -1;
	return fail2ban_fill(app, err);
}

int
app_open_tool(
    struct app *app, const struct settings *settings, struct error *err)
{
	struct app fresh = {
	    .settings = settings,
	    .now_s = time_now_s,
	    .mono_ms = time_mono_ms,
	};

	if (app_fill(&fresh, err) < 0) {
		app_close(&fresh);
		return -1;
	}
	*app = fresh;
	return 0;
}

int
app_open_worker(struct app *app, const struct settings *settings,
    unsigned workers, struct error *err)
{
	struct app fresh = {0};
	char path[sizeof settings->state_dir + sizeof "/fail2ban.turn"];

	if (app_open_tool(&fresh, settings, err) < 0)
		return -1;
	(void)snprintf(
	    path, sizeof path, "%s/fail2ban.turn", settings->state_dir);
	if (workers > 1 && f2b_share(fresh.f2b, path, workers - 1, err) < 0) {
		app_close(&fresh);
		return -1;
	}
	fresh.workers = workers;
	*app = fresh;
	return 0;
}

void
app_warn_of_fallback(const struct settings *settings)
{
	if (settings->geoip_http_fallback)
		log_event(LOG_LEVEL_WARNING, "geo_http_fallback", "%s",
		    "addresses that no MaxMind DB file knows leave this "
		    "machine unencrypted: configure BANGUI_GEOIP_DB_PATH and "
		    "unset BANGUI_GEOIP_ALLOW_HTTP_FALLBACK");
}

/* While nobody answers, only the gate's own place is taken for a gate. */
static bool
is_direct(struct app *app)
{
	struct error ignored = ERROR_INIT;
	struct f2b_peer peer;

	if (f2b_peer_get(app->f2b, &peer, &ignored) == 0)
		return !peer.gate;
	return !settings_is_preset(
	    app->settings, app->settings->fail2ban_socket);
}

/* What an operator should know of this configuration at each start. */
static void
app_warn(struct app *app)
{
	const struct settings *settings = app->settings;

	if (is_direct(app))
		log_event(LOG_LEVEL_WARNING, "direct_socket_access", "%s",
		    "this process may write to fail2ban's socket, and who can "
		    "do that can become root: use bangui-gate, or keep its "
		    "user to BanGUI alone");
	if (settings->allow_plain_http)
		log_event(LOG_LEVEL_WARNING, "plain_http_allowed", "%s",
		    "passwords cross the network readable: serve the page over "
		    "HTTPS and unset BANGUI_ALLOW_PLAIN_HTTP");
	app_warn_of_fallback(settings);
}

int
app_open(struct app *app, const struct settings *settings, struct error *err)
{
	struct app fresh = {0};

	if (app_open_tool(&fresh, settings, err) < 0)
		return -1;
	if (auth_first_start(&fresh, err) < 0) {
		app_close(&fresh);
		return -1;
	}
	app_warn(&fresh);
	*app = fresh;
	return 0;
}

void
app_close(struct app *app)
{
	f2b_freep(&app->f2b);
	history_freep(&app->history);
	geo_freep(&app->geo);
	db_freep(&app->db);
	counters_closep(&app->counters);
	app->counters_tried = false;
}

int
app_check_schema(struct app *app, struct error *err)
{
	int64_t version = 0;

	if (!db_schema_changed(app->db))
		return 0;
	if (db_version(app->db, &version, err) < 0)
		return -1;
	if ((uint64_t)version != MIGRATIONS_LEN)
		return err_set(err, ERR_DB_NEWER,
		    "BanGUI is being updated. Try again in a moment.",
		    "the database has schema version %lld, this program is of "
		    "%zu",
		    (long long)version, MIGRATIONS_LEN);
	return 0;
}
