/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rows are new? Those behind the mark, the last row that was copied: as
 * rows are appended, all before it were copied, too. But the newest rows may
 * have been deleted and others have got their rowids, or all were numbered
 * anew. So the mark and some rows before it are compared with the archive
 * each time. If they are not what they were, the end of the table is searched
 * backwards in growing steps for rows that are in the archive, and if there
 * are none, everything is read again. What is in the archive already is not
 * added twice, so reading too much costs only time.
 */
#include "service/archive/history_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "db/db.h"
#include "f2b/ban_db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/history_copy.h"
#include "store/ban_store.h"
#include "store/history_store.h"

enum { STEP_FIRST = 1000, STEP_FACTOR = 4 }; /* rowids searched backwards */

struct look {
	struct app *app;
	struct history *h;
	struct history_state was; /* as it was found */
	struct history_state s;
	struct ban_db_batch batch;
	bool is_other;            /* not the file that was read before */
	bool moved;               /* the mark was set back, or the file */
	int64_t gap_from, gap_to; /* of which nothing is known; 0, 0: none */
};

static void
look_release(struct look *l)
{
	history_state_release(&l->was);
	history_state_release(&l->s);
	ban_db_batch_release(&l->batch);
}

static void
log_off(enum history_off off, int64_t since, const struct error *why)
{
	struct log_line l;

	log_begin(&l, off == HISTORY_ON ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
	    off == HISTORY_ON ? "history_on" : "history_off");
	log_i64(&l, "since", since);
	if (off != HISTORY_ON)
		log_str(&l, "what_to_do", history_off_text(off));
	if (why != NULL)
		log_str(&l, "detail", why->detail);
	log_end(&l);
}

/* A writer holds it for a moment now and then. */
static bool
is_passing(const struct history_state *s, enum history_off off, int64_t now)
{
	return off == HISTORY_BUSY && s->last_sync_at <= now &&
	       now - s->last_sync_at < LIMIT_HISTORY_NOTED_S;
}

int
history_note_off(struct app *app, enum history_off off, const struct error *why,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	AUTO(history_state_release) struct history_state s = {0};
	int64_t now = app->now_s();
	int rc;

	if (history_store_get(app->db, &s, err) < 0)
		return -1;
	if (s.off == (int64_t)off || is_passing(&s, off, now)) {
		app->history->off = (enum history_off)s.off;
		return 0;
	}
	rc = db_txn_try_begin(&txn, app->db, err);
	if (rc <= 0)
		return rc;
	if (history_store_off(app->db, off, off == HISTORY_ON ? 0 : now, err) <
		0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	app->history->off = off;
	log_off(off, off == HISTORY_ON ? s.off_since : now, why);
	return 0;
}

static int
text_set(char **to, const char *s, struct error *err)
{
	char *copy = strdup(s);

	if (copy == NULL)
		return err_nomem(err);
	free(*to);
	*to = copy;
	return 0;
}

static int
mark_set(
    struct history_state *s, const struct ban_db_row *row, struct error *err)
{
	if (text_set(&s->mark_jail, row->jail, err) < 0 ||
	    text_set(&s->mark_ident, row->id, err) < 0)
		return -1;
	s->mark_rowid = row->rowid;
	s->mark_at = row->banned_at;
	return 0;
}

/* Nothing of what is there is known. */
static int
mark_clear(struct look *l, struct error *err)
{
	struct history_state *s = &l->s;

	free(s->mark_jail);
	free(s->mark_ident);
	s->mark_jail = s->mark_ident = NULL;
	s->mark_rowid = s->mark_at = 0;
	s->high_at = INT64_MIN;
	l->moved = true;
	return ban_db_last_rowid(l->h->source, &s->fill_to, err);
}

static bool
is_mark(const struct history_state *s, const struct ban_db_row *row)
{
	return row->rowid == s->mark_rowid && row->banned_at == s->mark_at &&
	       s->mark_jail != NULL && s->mark_ident != NULL &&
	       str_eq(row->jail, s->mark_jail) &&
	       str_eq(row->id, s->mark_ident);
}

static int
read_rows(struct look *l, const struct ban_db_ask *ask, struct error *err)
{
	ban_db_batch_release(&l->batch);
	return ban_db_read(l->h->source, ask, &l->batch, err);
}

static int
read_after_mark(struct look *l, size_t n_known, struct error *err)
{
	const struct ban_db_ask ask = {
	    .mark = l->s.mark_rowid,
	    .n_known = n_known,
	    .n_fresh = LIMIT_HISTORY_ROWS,
	    .high_at = l->s.high_at,
	};

	return read_rows(l, &ask, err);
}

static int
has_known(struct look *l, struct error *err)
{
	return history_has_all(
	    l->app, &l->batch.known, l->s.pruned_before, err);
}

/* 1 the rows up to the mark are those that were copied, 0 they are not. */
static int
mark_check(struct look *l, struct error *err)
{
	const struct ban_db_rows *known = &l->batch.known;

	if (l->s.mark_rowid == 0)
		return 1;
	if (known->n == 0 || !is_mark(&l->s, &known->items[known->n - 1]))
		return 0;
	return has_known(l, err);
}

/* Are the rows that end so far before the last one in the archive? Then they
 * are the mark: 1; 0 no; and 0 with no rows there. */
static int
mark_try(struct look *l, int64_t rowid, struct error *err)
{
	const struct ban_db_ask ask = {
	    .mark = rowid,
	    .n_known = LIMIT_HISTORY_REWOUND,
	};
	const struct ban_db_rows *known = &l->batch.known;
	int rc;

	if (read_rows(l, &ask, err) < 0)
		return -1;
	if (known->n == 0)
		return 0;
	rc = has_known(l, err);
	if (rc <= 0)
		return rc;
	l->moved = true;
	return mark_set(&l->s, &known->items[known->n - 1], err) < 0 ? -1 : 1;
}

static int
rewind_mark(struct look *l, struct error *err)
{
	int64_t last = 0, back = 0;
	int rc = 0;

	if (ban_db_last_rowid(l->h->source, &last, err) < 0)
		return -1;
	while (rc == 0 && back < last) {
		rc = mark_try(l, last - back, err);
		back = back * STEP_FACTOR + STEP_FIRST;
	}
	log_event(LOG_LEVEL_INFO, "history_rewound",
	    "fail2ban's rows are not those that were copied; now from rowid "
	    "%lld of %lld on",
	    rc > 0 ? (long long)l->s.mark_rowid : 0LL, (long long)last);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return mark_clear(l, err);
}

/* How long fail2ban keeps bans; -1: it does not tell. */
static int64_t
purge_age_s(struct app *app)
{
	AUTO(f2b_server_release) struct f2b_server server = {0};
	struct error ignored = ERROR_INIT;

	if (f2b_server_get(app->f2b, &server, &ignored) < 0)
		return -1;
	return server.db_purge_age_s;
}

/*
 * Were we away for longer than fail2ban remembers? Not if it still has a row
 * that is older than our last look: what was after that is there, too.
 */
static int
gap_find(struct look *l, bool is_same, struct error *err)
{
	int64_t now = l->app->now_s(), from = l->s.last_sync_at, to = now;
	int64_t oldest = 0, age;
	int rc;

	if (from == 0 || now - from < LIMIT_HISTORY_GAP_S ||
	    l->h->gap_checked_s == from)
		return 0;
	rc = ban_db_oldest(l->h->source, &oldest, err);
	if (rc < 0)
		return -1;
	l->h->gap_checked_s = from;
	if (rc > 0 && oldest < to)
		to = oldest;
	age = is_same ? purge_age_s(l->app) : -1;
	if (age >= 0 && to > now - age)
		to = now - age;
	if (to - from < LIMIT_HISTORY_GAP_S)
		return 0;
	l->gap_from = from;
	l->gap_to = to;
	return 0;
}

/* Is it the file that was read before? */
static int
source_compare(struct look *l, struct error *err)
{
	int64_t device, inode;

	ban_db_identity(l->h->source, &device, &inode);
	l->is_other = l->s.device != device || l->s.inode != inode;
	if (!l->is_other)
		return 0;
	l->moved = true;
	l->s.device = device;
	l->s.inode = inode;
	return l->s.mark_rowid == 0 ? mark_clear(l, err) : 0;
}

/* Another file with the rows of the old one is a repaired one, or the device
 * has another number since the machine was started. */
static int
rows_find(struct look *l, struct error *err)
{
	int rc;

	if (history_store_get(l->app->db, &l->was, err) < 0 ||
	    history_store_get(l->app->db, &l->s, err) < 0 ||
	    source_compare(l, err) < 0 ||
	    read_after_mark(l, LIMIT_HISTORY_CHECKED, err) < 0)
		return -1;
	rc = mark_check(l, err);
	if (rc < 0 || gap_find(l, rc > 0 || !l->is_other, err) < 0)
		return -1;
	if (rc > 0)
		return 0;
	rc = l->is_other ? mark_clear(l, err) : rewind_mark(l, err);
	return rc < 0 ? -1 : read_after_mark(l, 0, err);
}

/* Somebody else may have copied since we looked: 1 no, 0 yes. */
static int
is_still_so(struct look *l, struct error *err)
{
	AUTO(history_state_release) struct history_state now = {0};

	if (history_store_get(l->app->db, &now, err) < 0)
		return -1;
	l->s.n_rows = now.n_rows; /* whoever prunes moves these */
	l->s.pruned_before = now.pruned_before;
	return now.device == l->was.device && now.inode == l->was.inode &&
	       now.mark_rowid == l->was.mark_rowid &&
	       now.last_id == l->was.last_id;
}

static int
state_move(struct look *l, struct error *err)
{
	const struct ban_db_rows *fresh = &l->batch.fresh;
	struct history_state *s = &l->s;

	for (size_t i = 0; i < fresh->n; i++)
		if (fresh->items[i].banned_at > s->high_at)
			s->high_at = fresh->items[i].banned_at;
	if (fresh->n > 0 && mark_set(s, &fresh->items[fresh->n - 1], err) < 0)
		return -1;
	if (!l->batch.more)
		s->last_sync_at = l->app->now_s();
	if (!l->batch.more || s->mark_rowid >= s->fill_to)
		s->fill_to = 0;
	return history_store_put(l->app->db, s, err);
}

static void
log_gap(const struct look *l)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_WARNING, "history_gap");
	log_i64(&line, "from", l->gap_from);
	log_i64(&line, "to", l->gap_to);
	log_end(&line);
}

/* 1 written, 0 somebody is writing, or has copied meanwhile. */
static int
rows_write(struct look *l, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct db *db = l->app->db;
	int rc = db_txn_try_begin(&txn, db, err);

	if (rc > 0)
		rc = is_still_so(l, err);
	if (rc <= 0)
		return rc;
	if (l->gap_to != 0 &&
	    ban_store_gap(db, l->gap_from, l->gap_to, err) < 0)
		return -1;
	if (history_copy_rows(l->app, &l->batch.fresh, &l->s, err) < 0 ||
	    state_move(l, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	if (l->gap_to != 0)
		log_gap(l);
	return 1;
}

/* Nothing is new; that much is written down now and then. */
static int
note_synced(struct app *app, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct history *h = app->history;
	int64_t now = app->now_s();
	int rc;

	if (h->noted_s <= now && now - h->noted_s < LIMIT_HISTORY_NOTED_S)
		return 0;
	rc = db_txn_try_begin(&txn, app->db, err);
	if (rc <= 0)
		return rc;
	if (history_store_synced(app->db, now, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	h->noted_s = now;
	return history_note_off(app, HISTORY_ON, NULL, err);
}

static int
look_write(struct look *l, bool *more, struct error *err)
{
	int rc;

	if (l->batch.fresh.n == 0 && !l->moved && l->gap_to == 0) {
		ban_db_settle(l->h->source);
		return note_synced(l->app, err);
	}
	rc = rows_write(l, err);
	if (rc < 0)
		return -1;
	*more = rc == 0 || l->batch.more;
	if (*more)
		return 0;
	l->h->noted_s = l->s.last_sync_at;
	ban_db_settle(l->h->source);
	return 0;
}

int
history_look(struct app *app, bool *more, struct error *err)
{
	AUTO(look_release) struct look l = {.app = app, .h = app->history};
	int rc;

	*more = false;
	rc = ban_db_is_changed(l.h->source, err);
	if (rc < 0)
		return -1;
	if (rc == 0 && l.h->off == HISTORY_ON)
		return note_synced(app, err);
	if (rows_find(&l, err) < 0 || look_write(&l, more, err) < 0)
		return -1;
	if (l.was.off == HISTORY_ON && l.h->off == HISTORY_ON)
		return 0;
	return history_note_off(app, HISTORY_ON, NULL, err);
}
