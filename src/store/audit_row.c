/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/audit_row.h"

#include "db/db.h"
#include "store/audit_store.h"

/* Text as well: with its length, for a NUL in it hides what follows. */
static struct audit_bytes
col_bytes(const struct db_query *q, int at)
{
	struct audit_bytes b = {.data = NULL};

	if (db_col_is_null(q, at))
		return b;
	b.data = db_col_blob(q, at, &b.len);
	if (b.data == NULL)
		b.data = ""; /* SQLite's answer to a blob of no bytes */
	return b;
}

void
audit_row_read(const struct db_query *q, struct audit_row *out)
{
	*out = (struct audit_row){
	    .seq = db_col_i64(q, 0),
	    .at = db_col_i64(q, 1),
	    .actor_kind = db_col_i64(q, 2),
	    .has_actor_id = !db_col_is_null(q, 3),
	    .actor_id = db_col_i64(q, 3),
	    .actor_name = col_bytes(q, 4),
	    .client = col_bytes(q, 5),
	    .action = col_bytes(q, 6),
	    .target = col_bytes(q, 7),
	    .outcome = col_bytes(q, 8),
	    .request_id = col_bytes(q, 9),
	    .details = col_bytes(q, 10),
	    .hash = col_bytes(q, 11),
	};
}
