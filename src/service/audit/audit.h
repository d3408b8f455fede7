/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit log: who did what to what, from where, and how it went. Rows are
 * added only; a chain of hashes shows what somebody did to them behind the
 * program's back (service/audit/audit_chain.h). Nothing secret goes in.
 *
 * Who acts is the app's actor. An act of our own is noted in the transaction
 * that does it, by audit_add(); one that somebody else did for us, as
 * fail2ban bans, by audit_note() when it has been done.
 */
#ifndef BANGUI_SERVICE_AUDIT_H
#define BANGUI_SERVICE_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"

struct app;
struct error;

enum audit_action {
	AUDIT_SETUP,
	AUDIT_SETUP_CODE, /* a new code was asked for */
	AUDIT_SIGN_IN,
	AUDIT_SIGN_IN_FAILED, /* the first of a client in a minute */
	AUDIT_SIGN_OUT,
	AUDIT_SESSION_ENDED,
	AUDIT_SESSIONS_ENDED, /* several at once */
	AUDIT_PASSWORD_CHANGED,
	AUDIT_TOKEN_CREATED,
	AUDIT_TOKEN_REVOKED,
	AUDIT_TOKENS_REVOKED, /* all of them */
	AUDIT_BAN,
	AUDIT_UNBAN,
	AUDIT_UNBAN_ALL,
	AUDIT_JAIL_START,
	AUDIT_JAIL_STOP,
	AUDIT_JAIL_IDLE, /* reads no logs */
	AUDIT_JAIL_BUSY, /* reads them again */
	AUDIT_JAIL_RELOAD,
	AUDIT_JAIL_SET,
	AUDIT_IGNORE_ADD,
	AUDIT_IGNORE_REMOVE,
	AUDIT_ALLOW_ADD,
	AUDIT_ALLOW_CHANGE,
	AUDIT_ALLOW_REMOVE,
	AUDIT_ALLOW_END, /* its time was over */
	AUDIT_GEO_RE_RESOLVE,
	AUDIT_JOB_CANCELLED,
	AUDIT_EXPORTED, /* the audit log itself */
	AUDIT_ACTION__MAX
};

enum audit_outcome {
	AUDIT_DONE,
	AUDIT_REFUSED, /* by us, or by fail2ban on the way */
	AUDIT_FAILED,
	AUDIT_OUTCOME__MAX
};

const char *audit_action_name(enum audit_action action);    /* "sign_in" */
const char *audit_outcome_name(enum audit_outcome outcome); /* "done" */

struct audit_entry {
	enum audit_action action;
	enum audit_outcome outcome;
	int64_t session_id; /* whose act it was, where the request had nobody;
			     * else 0 */
	char target[LIMIT_AUDIT_TARGET + 1];   /* ""; none */
	char details[LIMIT_AUDIT_DETAILS + 1]; /* by audit_detail() */
	size_t details_len;
};

#define AUDIT_ENTRY(what)                                                      \
	{                                                                      \
		.action = (what)                                               \
	}

/** What it was done to; cut between characters to what is kept. */
void audit_target(struct audit_entry *e, const char *target);
void audit_target_i64(struct audit_entry *e, int64_t number);
/** One more detail. A NULL value adds none, a long one is cut, and one that
 * finds no room is left out. name is a literal. */
void audit_detail(struct audit_entry *e, const char *name, const char *value);
void audit_detail_n(
    struct audit_entry *e, const char *name, const char *value, size_t len);
void audit_detail_i64(struct audit_entry *e, const char *name, int64_t value);

/**
 * Add a row, inside a transaction of the caller's: db_txn_begin_durable(), so
 * that a power cut does not take it back. Since it holds the one write lock,
 * however many processes write, each row follows the one before.
 */
NODISCARD int audit_add(
    struct app *app, const struct audit_entry *e, struct error *err);

/** Add a row in a transaction of its own. A failure is logged and counted
 * (TASK_AUDIT), and that is all: what was done is done. */
void audit_note(struct app *app, const struct audit_entry *e);

/** audit_add() of AUDIT_SIGN_IN_FAILED, unless this minute has one of this
 * client already. */
NODISCARD int audit_add_failure(
    struct app *app, const struct audit_entry *e, struct error *err);

#endif
