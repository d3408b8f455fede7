/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/migrated.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"
#include "db/migrate.h"
#include "store/migrations.h"
#include "store/store.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

#define FILE_NAME "bangui.db"

/* What was made first in this program. */
static struct {
	void *bytes;
	size_t len;
} made;

static void
take(struct scratch *s)
{
	int fd = open(scratch_path(s, FILE_NAME), O_RDONLY | O_CLOEXEC);

	made.len = scratch_size(s, FILE_NAME);
	made.bytes = malloc(made.len);
	assert_non_null(made.bytes);
	assert_int_equal(read(fd, made.bytes, made.len), made.len);
	assert_int_equal(close(fd), 0);
}

static void
make(struct scratch *s)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;

	if (db_open(&db, s->dir, &err) < 0 ||
	    db_migrate(db, s->dir, MIGRATIONS, MIGRATIONS_LEN, NULL, &err) < 0)
		fail_msg("%s", err.detail);
}

void
migrated_put(struct scratch *s)
{
	if (made.bytes != NULL) {
		scratch_write(s, FILE_NAME, made.bytes, made.len);
		return;
	}
	make(s); /* closed, nothing is left in the write-ahead log */
	take(s);
}

struct db *
migrated_open(struct scratch *s)
{
	struct error err = ERROR_INIT;
	struct db *db = NULL;

	migrated_put(s);
	if (db_open(&db, s->dir, &err) < 0 || store_prepare(db, &err) < 0)
		fail_msg("%s", err.detail);
	return db;
}
