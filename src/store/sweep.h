/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables from which old rows go: walked in the order of their key, some rows
 * at a time. What is old is looked for without a lock, so that only a batch
 * with something to delete keeps writers waiting; it costs no index on time.
 */
#ifndef BANGUI_STORE_SWEEP_H
#define BANGUI_STORE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct db;
struct db_sql;
struct error;

enum { SWEEP_KEY_MAX = 32 }; /* bytes; a network has 17 */

/*
 * The two statements of such a table, from the array of its store:
 * look  ?1 key, ?2 how many, ?3 time: key and "is old" of the rows behind
 *       the key, in its order
 * drop  ?1, ?2 keys, ?3 time: deletes what is old behind ?1 and up to ?2
 */
struct sweep_sql {
	const struct db_sql *look, *drop;
};

/* A primary key of one column: a blob, or a number. */
struct sweep_key {
	bool is_blob;
	size_t len;
	uint8_t bytes[SWEEP_KEY_MAX];
	int64_t id;
};

/* A batch of rows. */
struct sweep {
	struct sweep_key from; /* they stand behind it */
	struct sweep_key to;   /* the last of them */
	int64_t looked;
	int64_t old;
};

/* Before every row, whatever the key: numbers sort before blobs. */
#define SWEEP_INIT                                                             \
	{                                                                      \
		.from = {.id = INT64_MIN }                                     \
	}

/**
 * Look at up to max rows behind s->from; t is the time by which the table's
 * statement judges. 1 there were some, 0 none left.
 */
NODISCARD int sweep_look(struct db *db, const struct sweep_sql *sql, int64_t t,
    int64_t max, struct sweep *s, struct error *err);

/** Delete what is still old among them, in the caller's transaction. */
NODISCARD int sweep_drop(struct db *db, const struct sweep_sql *sql, int64_t t,
    const struct sweep *s, int64_t *dropped, struct error *err);

/** The next batch begins where this one ends. */
void sweep_next(struct sweep *s);

#endif
