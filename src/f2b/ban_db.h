/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fail2ban's own database, read only and in small bites: while somebody reads,
 * fail2ban cannot write, and what it cannot write within five seconds is lost
 * to it. So a bite of rows is copied into memory and the file let go before
 * anybody looks at them, and nothing here takes longer than
 * LIMIT_BAN_DB_STOP_MS. Knows no other database, so that the gate can use it.
 *
 * Rows are appended, so their rowid order is the order of writing. An unban
 * deletes rows, also the newest, and SQLite then gives their rowids to the
 * next ones; VACUUM and fail2ban's repair renumber them, in the same order.
 * Source: fail2ban/server/database.py of 1.0.2.
 *
 * What is wrong with the file is ban_db_fault()'s; the error has words for
 * the log only.
 */
#ifndef BANGUI_F2B_BAN_DB_H
#define BANGUI_F2B_BAN_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/arena.h"

struct ban_db;
struct error;
struct f2b;

enum ban_db_fault {
	BAN_DB_FINE,
	BAN_DB_ABSENT,  /* no such file */
	BAN_DB_DENIED,  /* we may not read it */
	BAN_DB_DAMAGED, /* a directory, no database, or a broken one */
	BAN_DB_FOREIGN, /* a database, but not with the tables we know */
	BAN_DB_BUSY,    /* somebody writes, or the rows took too long */
	BAN_DB_NONE,    /* fail2ban keeps no file: only the gate says so */
	BAN_DB_FAULT__MAX
};

/** Opens nothing yet. */
NODISCARD int ban_db_new(struct ban_db **out, struct error *err);
void ban_db_free(struct ban_db *b);
void ban_db_freep(struct ban_db **b);

/**
 * Have the file of that name open: does nothing while it is the very file
 * that is open already, opens the new one when it was replaced.
 */
NODISCARD int ban_db_open(
    struct ban_db *b, const char *path, struct error *err);
void ban_db_close(struct ban_db *b);

/**
 * The same through a gate, which knows where the file is: all that follows is
 * asked of it. Errors of f2b/cmd.h have no fault: BAN_DB_FINE.
 */
NODISCARD int ban_db_open_gate(
    struct ban_db *b, struct f2b *gate, struct error *err);

/** Why the last call failed. BAN_DB_FINE: for lack of memory or a bug. */
enum ban_db_fault ban_db_fault(const struct ban_db *b);

/** The open file's device and inode, as 64 bits each. */
void ban_db_identity(const struct ban_db *b, int64_t *device, int64_t *inode);

/** May there be anything that was not there at the last ban_db_settle()?
 * 1 yes, 0 certainly not. Costs microseconds. */
NODISCARD int ban_db_is_changed(struct ban_db *b, struct error *err);
/** All that was there at the last ban_db_is_changed() has been seen. */
void ban_db_settle(struct ban_db *b);

/** The greatest rowid, or 0. */
NODISCARD int ban_db_last_rowid(
    struct ban_db *b, int64_t *out, struct error *err);
/** The oldest time of a ban: 1 yes, 0 there is none. */
NODISCARD int ban_db_oldest(struct ban_db *b, int64_t *out, struct error *err);

/* One ban; texts end with a NUL and belong to the batch. */
struct ban_db_row {
	int64_t rowid;
	const char *jail;
	const char *id; /* an address, a network, or any text */
	int64_t banned_at;
	int64_t nth; /* how many rows of this jail, id and time are before it */
	/* Not of rows that are known: */
	int64_t bantime_s; /* -1: for ever; -2: unknown */
	int64_t ban_count;
	const char *data; /* JSON, if it is whole; NULL: none, or too long */
	size_t data_len;
	size_t data_size; /* as fail2ban has it */
};

struct ban_db_rows {
	struct ban_db_row *items; /* in the order of their rowids */
	size_t n;
};

/* What to read, in one short transaction. */
struct ban_db_ask {
	int64_t mark;    /* rowid up to which rows are known; 0: none */
	size_t n_known;  /* so many of those, the last ones: for comparing */
	size_t n_fresh;  /* at most so many after them */
	int64_t high_at; /* no row up to the mark is younger */
};

struct ban_db_batch {
	struct ban_db_rows known, fresh;
	bool more; /* there are rows after the fresh ones */
	struct arena memory;
};

void ban_db_batch_release(struct ban_db_batch *b);

/**
 * Read rows; out is the caller's to release. Ends early, but not before the
 * first fresh row, when it takes LIMIT_BAN_DB_HOLD_MS or LIMIT_BAN_DB_BATCH
 * bytes. nth counts over the whole table for fresh rows, and among those
 * read for known ones.
 */
NODISCARD int ban_db_read(struct ban_db *b, const struct ban_db_ask *ask,
    struct ban_db_batch *out, struct error *err);

#endif
