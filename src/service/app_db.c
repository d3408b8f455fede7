/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An app that is a database: in a file of its own, for the linker takes files
 * whole, and a program that only deletes must not hold fail2ban's client.
 */
#include "base/error.h"
#include "base/settings.h"
#include "base/time.h"
#include "db/db.h"
#include "db/migrate.h"
#include "service/app.h"
#include "store/migrations.h"
#include "store/store.h"

static int
check_version(struct db *db, struct error *err)
{
	int64_t version = 0;

	if (db_version(db, &version, err) < 0)
		return -1;
	if (version == (int64_t)MIGRATIONS_LEN)
		return 0;
	if (version > (int64_t)MIGRATIONS_LEN)
		return err_set(err, ERR_DB_NEWER,
		    "The database is of a later version of BanGUI. Install "
		    "that version again.",
		    "the database has schema version %lld, this program knows "
		    "versions up to %zu",
		    (long long)version, MIGRATIONS_LEN);
	return err_set(err, ERR_DB_UNAVAILABLE,
	    "The database is of an earlier version of BanGUI. Restart BanGUI "
	    "to bring it up to date.",
	    "the database has schema version %lld, this program is of %zu: "
	    "restart bangui-fcgi to bring it up to date",
	    (long long)version, MIGRATIONS_LEN);
}

int
app_open_db(struct app *app, const struct settings *settings, bool reading,
    struct error *err)
{
	AUTO(db_freep) struct db *db = NULL;

	if (db_open_existing(&db, settings->state_dir,
		reading ? DB_READ : DB_WRITE, err) < 0 ||
	    check_version(db, err) < 0 || store_prepare(db, err) < 0)
		return -1;
	*app = (struct app){.settings = settings,
	    .db = STEAL(db),
	    .now_s = time_now_s,
	    .mono_ms = time_mono_ms};
	return 0;
}
