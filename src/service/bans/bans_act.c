/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Banning and lifting bans (the acts of service/bans/bans.h). fail2ban runs
 * each command to its end in its one thread, so long requests are cut into
 * groups that take it less than a tenth of a second.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/bans/bans.h"
#include "service/bans/bans_act.h"
#include "service/bans/bans_audit.h"
#include "service/bans/bans_judge.h"
#include "service/bans/bans_manual.h"
#include "service/bans/bans_refresh.h"
#include "service/jobs/task.h"

/* What is done with a group of addresses in req->jail. */
typedef int group_command(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct error *err);

/* Addresses on their way to fail2ban: the open items of a request. */
struct batch {
	group_command *command;    /* what is done with them */
	enum bans_outcome outcome; /* of those it was done with */
	struct bans_items *items;
	struct addr *addrs;
	bool *banned;
	size_t *at; /* which item each came from */
	size_t n;
};

static void
batch_release(struct batch *b)
{
	free(b->addrs);
	free(b->banned);
	free(b->at);
}

static int
batch_alloc(struct batch *b, size_t n, struct error *err)
{
	b->addrs = calloc(n + 1, sizeof *b->addrs);
	b->banned = calloc(n + 1, sizeof *b->banned);
	b->at = calloc(n + 1, sizeof *b->at);
	if (b->addrs == NULL || b->banned == NULL || b->at == NULL)
		return err_nomem(err);
	return 0;
}

/* Every open item of items. */
static int
batch_fill(struct batch *b, struct bans_items *items, struct error *err)
{
	if (batch_alloc(b, items->n, err) < 0)
		return -1;
	b->items = items;
	b->n = 0;
	for (size_t i = 0; i < items->n; i++) {
		if (!items->items[i].open)
			continue;
		b->addrs[b->n] = items->items[i].addr;
		b->at[b->n++] = i;
	}
	return 0;
}

/* Ask fail2ban which of the batch are banned in jail. */
static int
batch_ask(struct f2b *f2b, struct batch *b, const char *jail, struct error *err)
{
	for (size_t i = 0, n; i < b->n; i += n) {
		n = b->n - i < LIMIT_BAN_ASK ? b->n - i : LIMIT_BAN_ASK;
		if (f2b_is_banned(
			f2b, jail, b->addrs + i, n, b->banned + i, err) < 0)
			return -1;
	}
	return 0;
}

/* Keep those that are (not) banned. */
static void
batch_keep(struct batch *b, bool banned)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->banned[i] != banned)
			continue;
		b->addrs[n] = b->addrs[i];
		b->at[n++] = b->at[i];
	}
	b->n = n;
}

static void
batch_close(struct batch *b, size_t from, size_t to, enum bans_outcome outcome,
    const char *detail)
{
	for (size_t i = from; i < to; i++)
		bans_item_close(&b->items->items[b->at[i]], outcome, detail);
}

/* How a batch went. */
struct progress {
	int64_t started_ms;
	size_t done;  /* addresses that fail2ban has acted on */
	size_t group; /* addresses of the next command */
	bool broken;  /* fail2ban failed after something had been done */
};

/* The next group, from how long the last one of n took: towards the aim, but
 * no more than four times as many at once, for the first may have been lucky.
 */
static void
group_resize(struct progress *p, size_t n, int64_t took_ms)
{
	size_t most = p->group * 4;
	size_t fit =
	    n * LIMIT_BAN_COMMAND_MS / (took_ms < 1 ? 1 : (size_t)took_ms);

	if (fit > most)
		fit = most;
	if (fit > LIMIT_BAN_GROUP)
		fit = LIMIT_BAN_GROUP;
	p->group = fit < 1 ? 1 : fit;
}

static void
log_incomplete(
    const char *jail, size_t done, size_t left, const struct error *err)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR, "bans_incomplete");
	log_str(&l, "jail", jail);
	log_i64(&l, "done", (int64_t)done);
	log_i64(&l, "left", (int64_t)left);
	log_error_fields(&l, err);
	log_end(&l);
}

/* fail2ban failed in the middle: say of each address what is known. */
static void
batch_broken(struct batch *b, const char *jail, size_t from, size_t tried,
    const struct error *err)
{
	log_incomplete(jail, from, b->n - from, err);
	batch_close(b, from, from + tried, BANS_REFUSED,
	    "fail2ban did not answer: whether this was done is not known.");
	batch_close(b, from + tried, b->n, BANS_REFUSED,
	    "Not tried, because fail2ban stopped answering. Send it again.");
}

/*
 * Run its command over the batch, group by group. An error before anything was
 * done anywhere is the request's; after that the items say it.
 */
static int
batch_run(struct app *app, struct batch *b, const struct bans_request *req,
    struct progress *p, struct error *err)
{
	size_t i = 0, n;
	int64_t began_ms;

	while (i < b->n) {
		began_ms = time_mono_ms();
		if (began_ms - p->started_ms > LIMIT_BAN_START_MS) {
			batch_close(b, i, b->n, BANS_REFUSED,
			    "Not tried: the request took too long. Send the "
			    "rest again.");
			return 0;
		}
		n = b->n - i < p->group ? b->n - i : p->group;
		if (b->command(app, req, b->addrs + i, n, err) < 0) {
			if (p->done == 0)
				return -1;
			batch_broken(b, req->jail, i, n, err);
			p->broken = true;
			err_clear(err);
			return 0;
		}
		batch_close(b, i, i + n, b->outcome, NULL);
		p->done += n;
		i += n;
		group_resize(p, n, time_mono_ms() - began_ms);
	}
	return 0;
}

static void
log_act(const char *event, const struct bans_request *req, const char *jail,
    size_t n)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_INFO, event);
	if (jail != NULL)
		log_str(&l, "jail", jail);
	log_i64(&l, "count", (int64_t)n);
	if (req->reason != NULL)
		log_str(&l, "reason", req->reason);
	if (req->force)
		log_bool(&l, "force", true);
	log_end(&l);
}

static int
jail_check(const struct str_list *names, const char *jail, struct error *err)
{
	if (str_list_has(names, jail))
		return 0;
	return err_set(err, ERR_JAIL_NOT_FOUND,
	    "There is no such jail running. See the list of jails.",
	    "no jail %s", jail);
}

/* A ban that has no end of its own does not wait until our database can be
 * written: 1 its rows are there, 0 it is made without. */
static int
rows_begin(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct bans_manual_rows *rows,
    struct error *err)
{
	struct log_line l;

	if (bans_manual_begin(app, req, addrs, n, rows, err) == 0)
		return 1;
	if (req->bantime_s != 0)
		return -1;
	log_begin(&l, LOG_LEVEL_WARNING, "manual_ban_not_noted");
	log_str(&l, "jail", req->jail);
	log_i64(&l, "count", (int64_t)n);
	log_error_fields(&l, err);
	log_end(&l);
	err_clear(err);
	return 0;
}

/* The rows are there before fail2ban is told, and say when it had answered. */
static int
ban_group(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct error *err)
{
	struct error late = ERROR_INIT;
	struct bans_manual_rows rows = {0};
	int noted = rows_begin(app, req, addrs, n, &rows, err);
	int64_t changed = 0;
	int rc;

	if (noted < 0)
		return -1;
	rc = f2b_ban(app->f2b, req->jail, addrs, n, &changed, err);
	if (rc < 0 && err->code == ERR_F2B_TIMEOUT)
		return -1; /* it may still do it */
	if (noted > 0 && bans_manual_end(app, &rows, &late) < 0)
		task_fail_now(app, TASK_UNBAN_DUE, &late);
	return rc;
}

static int
unban_group(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct error *err)
{
	int64_t changed = 0;

	return f2b_unban(app->f2b, req->jail, addrs, n, &changed, err);
}

/* What is banned already: by hand with another end, or as it is. */
static int
batch_change(struct app *app, struct batch *b, const struct bans_request *req,
    struct error *err)
{
	bool fresh = false;
	int64_t as_of;
	int rc = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (!b->banned[i])
			continue;
		if (!fresh && (bans_refresh(app, &as_of, err) < 0 ||
				  db_set_query_only(app->db, false, err) < 0))
			return -1;
		fresh = true;
		rc = bans_manual_change(app, req, &b->addrs[i], err);
		if (rc < 0)
			return -1;
		batch_close(b, i, i + 1, BANS_ALREADY_BANNED,
		    rc > 0 ? "Its end and its reason are now these."
			   : "It stays as it is: it was not banned by hand.");
	}
	return 0;
}

static int
add_items(struct app *app, const struct bans_request *req,
    struct bans_items *items, struct error *err)
{
	AUTO(batch_release)
	struct batch b = {.command = ban_group, .outcome = BANS_BANNED};
	struct progress p = {
	    .started_ms = time_mono_ms(), .group = LIMIT_BAN_FIRST};
	int rc;

	if (batch_fill(&b, items, err) < 0 ||
	    batch_ask(app->f2b, &b, req->jail, err) < 0 ||
	    batch_change(app, &b, req, err) < 0)
		return -1;
	batch_keep(&b, false);
	if (b.n == 0)
		return 0;
	rc = batch_run(app, &b, req, &p, err);
	bans_note_act(app, req->jail); /* also after a failure: who knows */
	if (p.done > 0)
		log_act("ban", req, req->jail, p.done);
	return rc;
}

/* Where it is to be done, if nobody says: where bans by hand belong. */
static int
jail_choose(
    const struct str_list *names, struct bans_request *req, struct error *err)
{
	if (req->jail != NULL)
		return jail_check(names, req->jail, err);
	req->jail = BANS_JAIL_MANUAL;
	if (str_list_has(names, req->jail))
		return 0;
	return err_field(err, "jail",
	    "Say in which jail. Jail bangui-manual, which is for this, does "
	    "not run.");
}

static int
add_checked(struct app *app, struct bans_request *req, struct bans_items *items,
    struct lockout_hits *hits, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;

	if (f2b_jail_names(app->f2b, &names, NULL, err) < 0 ||
	    jail_choose(&names, req, err) < 0 ||
	    bans_manual_check(app, req, err) < 0 ||
	    bans_judge(req, true, items, err) < 0 ||
	    bans_judge_lockout(app, req, items, hits, err) < 0 ||
	    add_items(app, req, items, err) < 0)
		return -1;
	bans_manual_wake(app, req);
	return 0;
}

int
bans_add(struct app *app, const struct bans_request *req,
    struct lockout_hits *hits, struct bans_results *out, struct error *err)
{
	AUTO(bans_items_release) struct bans_items items = {0};
	struct bans_request r = *req;

	if (add_checked(app, &r, &items, hits, err) < 0) {
		bans_audit_failure(app, AUDIT_BAN, &r, hits, err);
		return -1;
	}
	bans_audit_items(app, AUDIT_BAN, &r, &items);
	if (bans_items_results(&items, r.ips, out, err) < 0)
		return -1;
	out->jail = strdup(r.jail);
	return out->jail == NULL ? err_nomem(err) : 0;
}

/*
 * Lift what of the open items is banned in one jail. fail2ban would take a
 * network that is not banned itself for all banned addresses inside it, so
 * only what it has just said to be banned is named to it.
 */
static int
remove_in_jail(struct app *app, const struct bans_request *req,
    const char *jail, struct bans_items *items, struct progress *p,
    struct error *err)
{
	AUTO(batch_release)
	struct batch b = {.command = unban_group, .outcome = BANS_UNBANNED};
	struct bans_request here = *req;
	size_t before = p->done;
	int rc;

	if (batch_fill(&b, items, err) < 0 ||
	    batch_ask(app->f2b, &b, jail, err) < 0)
		return -1;
	batch_keep(&b, true);
	if (b.n == 0)
		return 0;
	here.jail = jail;
	rc = batch_run(app, &b, &here, p, err);
	bans_note_act(app, jail); /* also after a failure: who knows */
	if (p->done > before)
		log_act("unban", req, jail, p->done - before);
	return rc;
}

int
bans_lift_items(struct app *app, const char *jail, struct bans_items *items,
    struct error *err)
{
	const struct bans_request req = {
	    .jail = jail, .reason = "its time is over"};
	struct progress p = {
	    .started_ms = time_mono_ms(), .group = LIMIT_BAN_FIRST};

	return remove_in_jail(app, &req, jail, items, &p, err);
}

/* What one jail closed goes into the whole; the worst outcome stays. */
static void
outcomes_merge(struct bans_items *all, const struct bans_items *one)
{
	for (size_t i = 0; i < all->n; i++) {
		struct bans_item *item = &all->items[i];

		if (!item->open || one->items[i].open ||
		    item->outcome == BANS_REFUSED)
			continue;
		item->outcome = one->items[i].outcome;
		item->detail = one->items[i].detail;
	}
}

/* Lift in one of several jails; items stay open for the next one. */
static int
remove_step(struct app *app, const struct bans_request *req, const char *jail,
    struct bans_items *items, struct progress *p, struct error *err)
{
	AUTO(bans_items_release) struct bans_items one = {0};

	one.items = calloc(items->n + 1, sizeof *one.items);
	if (one.items == NULL)
		return err_nomem(err);
	memcpy(one.items, items->items, items->n * sizeof *one.items);
	one.n = items->n;
	if (remove_in_jail(app, req, jail, &one, p, err) == 0) {
		outcomes_merge(items, &one);
		return 0;
	}
	if (p->done == 0)
		return -1;
	log_incomplete(jail, 0, items->n, err);
	err_clear(err);
	p->broken = true;
	return 0;
}

/* Close what is open with what came out of it. */
static void
items_close(struct bans_items *items, bool broken_between_jails)
{
	for (size_t i = 0; i < items->n; i++) {
		struct bans_item *item = &items->items[i];

		if (!item->open)
			continue;
		item->open = false;
		if (broken_between_jails && item->outcome != BANS_REFUSED)
			bans_item_close(item, BANS_REFUSED,
			    "Lifted in some jails at most: fail2ban stopped "
			    "answering. Send it again.");
	}
}

static int
remove_items(struct app *app, const struct bans_request *req,
    const struct str_list *jails, struct bans_items *items, struct error *err)
{
	struct progress p = {
	    .started_ms = time_mono_ms(), .group = LIMIT_BAN_FIRST};
	size_t i = 0;

	for (size_t at = 0; at < items->n; at++)
		if (items->items[at].open)
			items->items[at].outcome = BANS_NOT_BANNED;
	for (; i < jails->n && !p.broken; i++) {
		if (req->jail != NULL && !str_eq(req->jail, jails->items[i]))
			continue;
		if (remove_step(app, req, jails->items[i], items, &p, err) < 0)
			return -1;
	}
	items_close(items, p.broken && req->jail == NULL);
	return 0;
}

static int
remove_checked(struct app *app, const struct bans_request *req,
    struct bans_items *items, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;

	if (f2b_jail_names(app->f2b, &names, NULL, err) < 0 ||
	    (req->jail != NULL && jail_check(&names, req->jail, err) < 0) ||
	    bans_judge(req, false, items, err) < 0)
		return -1;
	return remove_items(app, req, &names, items, err);
}

int
bans_remove(struct app *app, const struct bans_request *req,
    struct bans_results *out, struct error *err)
{
	AUTO(bans_items_release) struct bans_items items = {0};

	if (remove_checked(app, req, &items, err) < 0) {
		bans_audit_failure(app, AUDIT_UNBAN, req, NULL, err);
		return -1;
	}
	bans_audit_items(app, AUDIT_UNBAN, req, &items);
	return bans_items_results(&items, req->ips, out, err);
}

int
bans_remove_all(struct app *app, int64_t *count, struct error *err)
{
	struct bans_request req = {.jail = NULL};
	struct audit_entry note = AUDIT_ENTRY(AUDIT_UNBAN_ALL);
	int rc = f2b_unban_all(app->f2b, count, err);

	bans_note_act(app, NULL); /* also after a failure: who knows */
	if (rc < 0) {
		bans_audit_failure(app, AUDIT_UNBAN_ALL, &req, NULL, err);
		return -1;
	}
	log_act("unban_all", &req, NULL, (size_t)*count);
	audit_detail_i64(&note, "count", *count);
	audit_note(app, &note);
	return 0;
}
