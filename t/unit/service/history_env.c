/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/service/history_env.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "f2b/ban_db.h"
#include "service/archive/ban_key.h"
#include "service/archive/history_look.h"
#include "t/lib/f2b_db.h"
#include "t/lib/migrated.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { STEPS_MAX = 10000 };

void
history_env_start(struct env *e)
{
	struct error err = ERROR_INIT;

	if (app_open_tool(&e->app, &e->settings, &err) < 0)
		fail_msg("%s", err.detail);
	e->app.now_s = auth_env_time;
}

int
history_env_set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);

	assert_non_null(e);
	auth_env_set_time(NOW);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	scratch_init(&e->scratch);
	migrated_put(&e->scratch);
	assert_true(str_copy(e->settings.state_dir,
	    sizeof e->settings.state_dir, e->scratch.dir));
	assert_true(str_copy(e->settings.fail2ban_db,
	    sizeof e->settings.fail2ban_db, scratch_path(&e->scratch, SOURCE)));
	assert_true(str_copy(e->settings.fail2ban_socket,
	    sizeof e->settings.fail2ban_socket,
	    scratch_path(&e->scratch, "f2b.sock")));
	e->f2b = f2b_db_open(e->settings.fail2ban_db);
	history_env_start(e);
	*state = e;
	return 0;
}

int
history_env_tear_down(void **state)
{
	struct env *e = *state;

	app_close(&e->app);
	f2b_db_close(e->f2b);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

/* One step; whether there is more. */
bool
step(struct env *e)
{
	struct error err = ERROR_INIT;
	bool more = false;

	if (history_sync(&e->app, &more, &err) < 0)
		fail_msg("%s", err.detail);
	return more;
}

/* On a busy machine a read may pass its deadline; another look is due. */
static bool
was_late(const struct env *e)
{
	return ban_db_fault(e->app.history->source) == BAN_DB_BUSY;
}

int
sync_all(struct env *e)
{
	int n = 1;

	while ((step(e) || was_late(e)) && n < STEPS_MAX)
		n++;
	return n;
}

/* A number out of our database. */
int64_t
ask_ours(struct env *e, const char *sql)
{
	return stranger_number(&e->scratch, sql);
}

int64_t
n_bans(struct env *e)
{
	return ask_ours(e, "SELECT count(*) FROM ban");
}

void
ban(struct env *e, const char *jail, const char *id, int64_t at)
{
	f2b_db_ban(e->f2b, jail, id, at, MATCHED);
}

struct history_status
status_now(struct env *e)
{
	struct history_status s;
	struct error err = ERROR_INIT;

	assert_int_equal(history_status_get(&e->app, &s, &err), 0);
	return s;
}

/* SQL function key(id): what ours knows an id by. */
static void
sql_key(sqlite3_context *ctx, int n, sqlite3_value **args)
{
	const char *id = (const char *)sqlite3_value_text(args[0]);
	struct active_ban_key key;
	struct addr a;

	assert_int_equal(n, 1);
	key = addr_parse_net(id, strlen(id), &a) ? ban_key_of(&a)
						 : ban_key_of_text(id);
	sqlite3_result_blob(ctx, key.bytes, key.len, SQLITE_TRANSIENT);
}

/* How many bans of fail2ban's database are not in ours, or not as often. */
static int64_t
n_missing(struct env *e)
{
	sqlite3 *raw = stranger_open(&e->scratch);
	int64_t n;

	assert_int_equal(sqlite3_create_function(raw, "key", 1, SQLITE_UTF8,
			     NULL, sql_key, NULL, NULL),
	    0);
	f2b_db_run_with(raw, "ATTACH ?1 AS f2b", e->settings.fail2ban_db);
	n = f2b_db_ask(raw,
	    "SELECT count(*) FROM (SELECT jail, key(ip) AS k, timeofban,"
	    " count(*) AS n FROM f2b.bans GROUP BY 1, 2, 3) AS s"
	    " WHERE n > (SELECT count(*) FROM ban JOIN ban_jail"
	    " ON jail_id = ban_jail.id WHERE name = jail"
	    " AND banned_at = timeofban AND addr_key = k)");
	stranger_close(raw);
	return n;
}

/* All is copied, nothing twice: as many as expected, and none is missing. */
void
assert_copied(struct env *e, int64_t n)
{
	(void)sync_all(e);
	assert_int_equal(n_missing(e), 0);
	assert_int_equal(n_bans(e), n);
	assert_int_equal(status_now(e).n_bans, n);
}
