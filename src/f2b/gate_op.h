/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the gate does itself, in place of fail2ban: the operations whose names
 * begin with '@', one function each, in the table of gate_op.c by the op of
 * their row of the policy. In direct mode the worker runs the same functions.
 */
#ifndef BANGUI_F2B_GATE_OP_H
#define BANGUI_F2B_GATE_OP_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/policy.h"

struct ban_db;
struct buf;
struct conf_place;
struct error;
struct f2b;

/* What the operations of one connection work with. */
struct gate_ctx {
	enum policy_level level;        /* what the client may do */
	struct f2b *f2b;                /* a client of fail2ban's own socket */
	const struct conf_place *place; /* where its files are, borrowed */
	/* kept by gate_history.c: */
	struct ban_db *bans;
	char *bans_path;       /* where fail2ban says it is; NULL: nowhere */
	int64_t path_asked_ms; /* when it was asked for that; 0: never */
	int64_t epoch;         /* tells this context from every other */
};

/** What it allocated for itself; level, f2b and place are the caller's. */
void gate_ctx_release(struct gate_ctx *ctx);

/**
 * Do what the words ask for, which the row has allowed, and append the value
 * of the reply with one of f2b/pickle_write.h. On an error the caller drops
 * what was appended.
 */
typedef int gate_op(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err);

/** The same by the row's op, which is not POLICY_OP_FORWARD. */
NODISCARD int gate_op_run(struct gate_ctx *ctx, const struct policy_row *row,
    const char *const *words, size_t n, struct buf *reply, struct error *err);

/* One a row; the values they append stand beside each. */

/** "bangui-gate", then the level: ["bangui-gate", "operate"]. */
gate_op gate_op_level;
/**
 * fail2ban's own database: have it open as it is now. (fault, device, inode,
 * epoch, version); the last two are the same as long as nothing has changed.
 * Of these four, a fault (enum ban_db_fault) that is not 0 stands alone.
 */
gate_op gate_op_history_state;
/** (0, greatest rowid); what "state" has opened. */
gate_op gate_op_history_last;
/** (0, oldest time or None) */
gate_op gate_op_history_oldest;
/**
 * Words: mark, n_known, n_fresh, high_at, as in struct ban_db_ask.
 * (0, more, [known], [fresh]); a row is (rowid, jail, id, banned_at, nth), a
 * fresh one has also bantime_s, ban_count, data_size, [pieces of data] or
 * None.
 */
gate_op gate_op_history_read;

/* A list of issues has (severity, where, text) for each; see conf_issue.h. */

/** Perhaps a jail. (done, [issues], [before], [after], [lost]) */
gate_op gate_op_reload;
/** The words of conf_changes_read(). ([issues], [jails that would run]) */
gate_op gate_op_test;
/** The same words. [issues]: none, and they are made; or why they are not. */
gate_op gate_op_commit;
/** TAIL_OWN or a path, and how many bytes. Bytes. */
gate_op gate_op_tail;

#endif
