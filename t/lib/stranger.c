/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/stranger.h"

#include "t/lib/scratch.h"
#include "t/lib/unit.h"

sqlite3 *
stranger_open(struct scratch *s)
{
	sqlite3 *raw = NULL;

	assert_int_equal(
	    sqlite3_open(scratch_path(s, "bangui.db"), &raw), SQLITE_OK);
	return raw;
}

void
stranger_close(sqlite3 *raw)
{
	assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

void
stranger_run(struct scratch *s, const char *sql)
{
	sqlite3 *raw = stranger_open(s);

	if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(raw));
	stranger_close(raw);
}

int64_t
stranger_number(struct scratch *s, const char *sql)
{
	sqlite3 *raw = stranger_open(s);
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(raw, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		fail_msg("%s: %s", sql, sqlite3_errmsg(raw));
	n = sqlite3_column_int64(stmt, 0);
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	stranger_close(raw);
	return n;
}
