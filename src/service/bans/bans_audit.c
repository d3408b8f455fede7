/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_audit.h"

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/bans/bans.h"
#include "service/bans/bans_judge.h"
#include "service/guard/lockout.h"
#include "service/jobs/task.h"
#include "store/active_ban_store.h"

enum { COVERED_MAX = 16 * 1024 }; /* bytes of LIMIT_LOCKOUT_TOLD of them */

static void
begin(struct audit_entry *e, enum audit_action action,
    const struct bans_request *req)
{
	*e = (struct audit_entry)AUDIT_ENTRY(action);
	audit_detail(e, "jail", req->jail != NULL ? req->jail : "(all)");
	audit_detail(e, "reason", req->reason);
}

/* Doubles of another item are not told twice, nor is what can be no ban. */
static bool
is_told(const struct bans_items *items, size_t i)
{
	const struct bans_item *item = &items->items[i];

	return item->same_as == i && (item->outcome == BANS_BANNED ||
					 item->outcome == BANS_UNBANNED ||
					 item->outcome == BANS_REFUSED);
}

static int
add_items(struct app *app, enum audit_action action,
    const struct bans_request *req, const struct bans_items *items,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	char ip[ADDR_TEXT_SIZE];
	struct audit_entry e;

	for (size_t i = 0; i < items->n; i++) {
		if (!is_told(items, i))
			continue;
		if (txn.db == NULL &&
		    db_txn_begin_durable(&txn, app->db, err) < 0)
			return -1;
		begin(&e, action, req);
		addr_format(&items->items[i].addr, ip);
		audit_target(&e, ip);
		if (items->items[i].outcome == BANS_REFUSED)
			e.outcome = AUDIT_REFUSED;
		/* meant or not: it was asked for what it locked out */
		if (items->items[i].locks_out)
			audit_detail(&e, "force", "yes");
		audit_detail(&e, "said", items->items[i].detail);
		if (audit_add(app, &e, err) < 0)
			return -1;
	}
	return txn.db != NULL ? db_txn_commit(&txn, err) : 0;
}

void
bans_audit_items(struct app *app, enum audit_action action,
    const struct bans_request *req, const struct bans_items *items)
{
	struct error err = ERROR_INIT;

	if (add_items(app, action, req, items, &err) < 0)
		task_fail_now(app, TASK_AUDIT, &err);
}

/* Which of them, as far as they find room. */
static void
note_hits(struct audit_entry *e, const struct lockout_hits *hits)
{
	AUTO(buf_release) struct buf text = BUF_INIT(COVERED_MAX);

	if (hits == NULL || hits->n == 0)
		return;
	lockout_describe(hits, &text);
	audit_detail_n(e, "covered", text.data, text.len);
}

void
bans_audit_failure(struct app *app, enum audit_action action,
    const struct bans_request *req, const struct lockout_hits *hits,
    const struct error *why)
{
	struct audit_entry e;

	begin(&e, action, req);
	e.outcome = why->code == ERR_LOCK_OUT ? AUDIT_REFUSED : AUDIT_FAILED;
	if (req->ips != NULL && req->ips->n == 1)
		audit_target(&e, req->ips->items[0]);
	else if (req->ips != NULL)
		audit_detail_i64(&e, "addresses", (int64_t)req->ips->n);
	audit_detail(&e, "error", err_name(why->code));
	if (req->force)
		audit_detail(&e, "force", "yes");
	if (why->code == ERR_LOCK_OUT)
		note_hits(&e, hits);
	audit_note(app, &e);
}

void
bans_note_act(struct app *app, const char *jail)
{
	struct error err = ERROR_INIT;
	struct log_line l;

	if (active_ban_acted(app->db, jail, &err) == 0)
		return;
	/* what was done is done; the counters will show it within seconds */
	log_begin(&l, LOG_LEVEL_WARNING, "act_not_noted");
	log_error_fields(&l, &err);
	log_end(&l);
}
