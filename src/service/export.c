/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/export.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/settings.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"

/* Of four workers one, and one where nobody knows how many there are. */
static unsigned
places_of(const struct app *app)
{
	unsigned n = app->workers / 4;

	return n < 1 ? 1 : n > LIMIT_EXPORTS ? LIMIT_EXPORTS : n;
}

int
export_place(struct app *app, struct error *err)
{
	char path[SETTING_TEXT_SIZE + sizeof "/export-4294967295.lock"];
	unsigned n = places_of(app);

	for (unsigned i = 1; i <= n; i++) {
		int fd;

		(void)snprintf(path, sizeof path, "%s/export-%u.lock",
		    app->settings->state_dir, i); /* there is room for both */
		fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, err);
		if (fd >= 0 || err->code != ERR_OVERLOADED)
			return fd;
		err_clear(err);
	}
	(void)err_set(err, ERR_OVERLOADED,
	    "Other exports are running. Try again when they have ended.",
	    "all %u places for exports are taken", n);
	err->retry_after_s = LIMIT_EXPORT_RETRY_S;
	return -1;
}

static int
add(struct app *app, const struct audit_entry *e, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    audit_add(app, e, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

int
export_note_audit(
    struct app *app, const char *format, const char *filters, struct error *err)
{
	struct audit_entry e = AUDIT_ENTRY(AUDIT_EXPORTED);
	int rc;

	audit_detail(&e, "format", format);
	audit_detail(&e, "filters", filters);
	/* it is read under query_only; this is what the reading leaves */
	if (db_set_query_only(app->db, false, err) < 0)
		return -1;
	rc = add(app, &e, err);
	if (db_set_query_only(app->db, true, err) < 0)
		return -1;
	return rc;
}
