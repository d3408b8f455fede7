/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/guard/allow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "db/db.h"
#include "f2b/policy.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/bans/bans.h"
#include "service/guard/allow_apply.h"

enum { V4_PREFIX = 96, WIDEST_V4 = V4_PREFIX + 8, WIDEST_V6 = 19 };

/* An entry of ours to change: what the store's row points at is kept. */
struct entry {
	struct allow_row row;
	struct buf value, jails, note;
};

static void
entry_init(struct entry *e)
{
	e->row = (struct allow_row){.expires_at = -1};
	buf_init(&e->value, LIMIT_ALLOW_VALUE + 1);
	buf_init(&e->jails, LIMIT_BODY);
	buf_init(&e->note, LIMIT_REASON + 1);
}

static void
entry_release(struct entry *e)
{
	buf_release(&e->value);
	buf_release(&e->jails);
	buf_release(&e->note);
}

static int
entry_keep(void *ctx, const struct allow_row *row, struct error *err)
{
	struct entry *e = ctx;

	buf_add_str(&e->value, row->value);
	buf_add_str(&e->jails, row->jails);
	buf_add_str(&e->note, row->note);
	if (buf_check(&e->value, err) < 0 || buf_check(&e->jails, err) < 0)
		return -1;
	e->row = *row;
	return buf_check(&e->note, err);
}

static void
entry_point(struct entry *e)
{
	e->row.value = buf_str(&e->value);
	e->row.jails = buf_str(&e->jails);
	e->row.note = buf_str(&e->note);
}

static int
no_such(int64_t id, struct error *err)
{
	return err_set(err, ERR_NOT_FOUND,
	    "There is no such entry of the allowlist. See the list.",
	    "allow %" PRId64, id);
}

/* ---------------------------------------------------------------- judging */

static int
judge_net(const struct addr *net, bool force, struct error *err)
{
	bool v4 = addr_is_v4(net);

	if (net->prefix_len == (v4 ? V4_PREFIX : 0))
		return err_field(
		    err, "value", "This is every address there is.");
	if (!force && net->prefix_len < (v4 ? WIDEST_V4 : WIDEST_V6))
		return err_field(err, "value",
		    "This network is wider than /8 (IPv6: /19). Use force if "
		    "you mean it.");
	return 0;
}

/* Host names are of no case. */
static void
add_lower(struct buf *to, const char *s)
{
	for (; *s != '\0'; s++) {
		char c = *s;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		buf_add_char(to, c);
	}
}

static int
judge_value(struct entry *e, const struct allow_request *req, struct addr *net,
    struct error *err)
{
	char text[ADDR_TEXT_SIZE];
	size_t len = strlen(req->value);

	if (addr_parse_net(req->value, len, net)) {
		addr_format(net, text);
		buf_add_str(&e->value, text);
		return judge_net(net, req->force, err);
	}
	if (len > LIMIT_ALLOW_VALUE || !policy_is_ignorable(req->value))
		return err_field(err, "value",
		    "This is neither an address, a network without host bits, "
		    "nor a host name.");
	e->row.is_host = true;
	add_lower(&e->value, req->value);
	return 0;
}

static int
judge_rest(struct app *app, struct entry *e, const struct allow_request *req,
    struct error *err)
{
	if (req->jails != NULL)
		buf_clear(&e->jails);
	for (size_t i = 0; req->jails != NULL && i < req->jails->n; i++) {
		if (!policy_is_jail(req->jails->items[i]))
			(void)err_field(
			    err, "jails", "One of these is no jail's name.");
		buf_add_str(&e->jails, req->jails->items[i]);
		buf_add_char(&e->jails, '\n');
	}
	if (req->note != NULL) {
		buf_clear(&e->note);
		buf_add_str(&e->note, req->note);
	}
	if (req->has_expiry)
		e->row.expires_at = req->expires_in_s == ALLOW_FOREVER
					? -1
					: app->now_s() + req->expires_in_s;
	if (err->code != ERR_NONE)
		return -1;
	if (buf_check(&e->value, err) < 0 || buf_check(&e->jails, err) < 0)
		return -1;
	return buf_check(&e->note, err);
}

/* -------------------------------------------------------- bans it covers */

struct cover {
	struct app *app;
	const char *jails;
	bool lift;
	struct str_list found;
	int64_t covered, lifted;
};

static int
found_add(void *ctx, const struct bans_row *r, struct error *err)
{
	struct cover *c = ctx;

	if (!allow_names_jail(c->jails, r->jail))
		return 0;
	c->covered++;
	return c->lift ? str_list_add(&c->found, r->ip, strlen(r->ip), err) : 0;
}

/* Lift what was found in one jail. */
static int
lift_found(struct cover *c, const char *jail, struct error *err)
{
	AUTO(bans_results_release) struct bans_results results = {0};
	const struct bans_request req = {
	    .ips = &c->found, .jail = jail, .reason = "allowlist"};

	if (c->found.n == 0)
		return 0;
	if (bans_remove(c->app, &req, &results, err) < 0)
		return -1;
	for (size_t i = 0; i < results.n; i++)
		c->lifted += results.items[i].outcome == BANS_UNBANNED;
	return 0;
}

/* In one jail, or (NULL) in all. */
static int
cover_in(struct cover *c, const struct addr *net, const char *jail,
    struct error *err)
{
	const struct bans_filter filter = {
	    .jail = jail, .has_net = true, .net = *net, .limit = LIMIT_BAN_IPS};
	struct bans_page page;
	int64_t before = c->covered;
	int rc;

	str_list_release(&c->found);
	if (bans_list(c->app, &filter, found_add, c, &page, err) < 0)
		return -1;
	rc = lift_found(c, jail, err);
	c->covered = before + page.total;
	return rc;
}

static int
cover_net(void *ctx, const struct addr *net, struct error *err)
{
	struct cover *c = ctx;
	char jail[LIMIT_JAIL_NAME + 1];
	size_t len;

	if (*c->jails == '\0')
		return cover_in(c, net, NULL, err);
	for (const char *s = c->jails; *s != '\0'; s += len + 1) {
		len = strcspn(s, "\n");
		if (str_copy_n(jail, sizeof jail, s, len) &&
		    cover_in(c, net, jail, err) < 0 &&
		    err->code != ERR_JAIL_NOT_FOUND)
			return -1;
		err_clear(err);
	}
	return 0;
}

static int
collect_net(void *ctx, const struct addr *net, struct error *err)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(net, text);
	return str_list_add(ctx, text, strlen(text), err);
}

/* No statement is in use while others are asked. */
static int
cover_all(struct app *app, const struct entry *e, bool lift,
    struct allow_done *out, struct error *err)
{
	AUTO(str_list_release) struct str_list nets = STR_LIST_INIT;
	struct cover c = {.app = app, .jails = e->row.jails, .lift = lift};
	struct addr net;
	int rc = 0;

	if (allow_store_nets_of(app->db, e->row.id, collect_net, &nets, err) <
	    0)
		return -1;
	for (size_t i = 0; i < nets.n && rc == 0; i++)
		if (addr_parse_net(nets.items[i], strlen(nets.items[i]), &net))
			rc = cover_net(&c, &net, err);
	str_list_release(&c.found);
	out->covered = c.covered;
	out->lifted = c.lifted;
	return rc;
}

/* ------------------------------------------------------------------- acts */

static int
note(struct app *app, enum audit_action action, const struct allow_row *row,
    struct error *err)
{
	struct audit_entry a = AUDIT_ENTRY(action);

	audit_target(&a, row->value);
	audit_detail(&a, "jail", *row->jails == '\0' ? "(all)" : row->jails);
	if (*row->note != '\0')
		audit_detail(&a, "reason", row->note);
	if (row->expires_at >= 0)
		audit_detail_i64(&a, "expires", row->expires_at);
	return audit_add(app, &a, err);
}

static int
put(struct app *app, struct entry *e, const struct addr *net, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t n = 0;

	entry_point(e);
	e->row.author = app->actor.name;
	e->row.created_at = app->now_s();
	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    allow_store_count(app->db, &n, err) < 0)
		return -1;
	if (n >= LIMIT_ALLOW)
		return err_set(err, ERR_CONFLICT,
		    "The allowlist is full. Remove what is not needed, or "
		    "allow a network.",
		    "%" PRId64 " entries", n);
	if (allow_store_add(app->db, &e->row, &e->row.id, err) < 0)
		return -1;
	if (!e->row.is_host &&
	    allow_store_add_net(app->db, e->row.id, net, err) < 0)
		return -1;
	if (note(app, AUDIT_ALLOW_ADD, &e->row, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

/* It is on the list; whatever keeps fail2ban from being told now, the job
 * runner does it later. */
static void
follow_up(
    struct app *app, const struct entry *e, bool lift, struct allow_done *out)
{
	struct error err = ERROR_INIT;
	struct log_line l;

	out->id = e->row.id;
	out->covered = -1;
	out->lifted = 0;
	out->applied = !e->row.is_host && allow_apply(app, &err) == 0;
	if (err.code == ERR_NONE)
		(void)cover_all(app, e, lift, out, &err);
	if (e->row.is_host || err.code != ERR_NONE)
		allow_wake(app);
	if (err.code == ERR_NONE)
		return;
	log_begin(&l, LOG_LEVEL_WARNING, "allow_delayed");
	log_error_fields(&l, &err);
	log_end(&l);
}

int
allow_add(struct app *app, const struct allow_request *req,
    struct allow_done *out, struct error *err)
{
	AUTO(entry_release) struct entry e;
	struct addr net = {.prefix_len = 0};

	entry_init(&e);
	(void)judge_value(&e, req, &net, err); /* faults add up in err */
	if (judge_rest(app, &e, req, err) < 0 || put(app, &e, &net, err) < 0)
		return -1;
	follow_up(app, &e, req->lift, out);
	return 0;
}

int
allow_change(struct app *app, int64_t id, const struct allow_request *req,
    struct allow_done *out, struct error *err)
{
	AUTO(entry_release) struct entry e;
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int rc;

	entry_init(&e);
	if (db_txn_begin_durable(&txn, app->db, err) < 0)
		return -1;
	rc = allow_store_get(app->db, id, entry_keep, &e, err);
	if (rc <= 0)
		return rc < 0 ? -1 : no_such(id, err);
	if (judge_rest(app, &e, req, err) < 0)
		return -1;
	entry_point(&e);
	if (allow_store_change(app->db, &e.row, err) < 0 ||
	    note(app, AUDIT_ALLOW_CHANGE, &e.row, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	follow_up(app, &e, req->lift, out);
	return 0;
}

/* In a transaction. */
static int
drop(struct app *app, enum audit_action action, struct entry *e,
    struct error *err)
{
	entry_point(e);
	if (allow_store_delete(app->db, e->row.id, err) < 0)
		return -1;
	return note(app, action, &e->row, err);
}

int
allow_remove(struct app *app, int64_t id, struct error *err)
{
	AUTO(entry_release) struct entry e;
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error late = ERROR_INIT;
	int rc;

	entry_init(&e);
	if (db_txn_begin_durable(&txn, app->db, err) < 0)
		return -1;
	rc = allow_store_get(app->db, id, entry_keep, &e, err);
	if (rc <= 0)
		return rc < 0 ? -1 : no_such(id, err);
	if (drop(app, AUDIT_ALLOW_REMOVE, &e, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	if (allow_apply(app, &late) < 0)
		allow_wake(app);
	return 0;
}

/* One that has ended: 1, or 0 there is none. */
static int
expire_one(struct app *app, struct error *err)
{
	AUTO(entry_release) struct entry e;
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int rc;

	entry_init(&e);
	rc = allow_store_ended(app->db, app->now_s(), entry_keep, &e, err);
	if (rc <= 0)
		return rc;
	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    drop(app, AUDIT_ALLOW_END, &e, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	return 1;
}

int
allow_expire(struct app *app, struct error *err)
{
	int rc = 1;

	while (rc == 1)
		rc = expire_one(app, err);
	return rc;
}

int
allow_list(struct app *app, allow_each *fn, void *ctx, struct error *err)
{
	return allow_store_list(app->db, fn, ctx, err);
}

int
allow_nets(struct app *app, int64_t id,
    int (*fn)(void *ctx, const struct addr *net, struct error *err), void *ctx,
    struct error *err)
{
	return allow_store_nets_of(app->db, id, fn, ctx, err);
}

/* ------------------------------------------------------------------- hosts */

static int
host_keep(void *ctx, const struct allow_row *row, struct error *err)
{
	struct allow_host *h = ctx;

	h->id = row->id;
	if (str_copy(h->name, sizeof h->name, row->value))
		return 0;
	return err_set(err, ERR_DB_UNAVAILABLE,
	    "The database of BanGUI is damaged. See its log.",
	    "the name of host %" PRId64 " is too long", row->id);
}

int
allow_host_due(struct app *app, struct allow_host *out, struct error *err)
{
	return allow_store_host_due(
	    app->db, app->now_s() - LIMIT_ALLOW_HOST_S, host_keep, out, err);
}

int
allow_host_learn(struct app *app, int64_t id, const struct addr *addrs,
    size_t n, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    allow_store_set_looked(app->db, id, app->now_s(), err) < 0)
		return -1;
	if (n > 0 && allow_store_clear_nets(app->db, id, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (allow_store_add_net(app->db, id, &addrs[i], err) < 0)
			return -1;
	return db_txn_commit(&txn, err);
}

/* --------------------------------------------------------------- covering */

struct covering {
	struct addr addr;
	bool found;
};

static int
look(void *ctx, const struct addr *net, struct error *err)
{
	struct covering *c = ctx;

	(void)err;
	c->found = c->found || addr_contains(net, &c->addr);
	return 0;
}

struct covering_list {
	struct app *app;
	struct covering at;
	allow_each *fn;
	void *ctx;
};

static int
cover_row(void *ctx, const struct allow_row *row, struct error *err)
{
	struct covering_list *l = ctx;

	if (row->expires_at >= 0 && row->expires_at <= l->app->now_s())
		return 0;
	l->at.found = false;
	if (allow_store_nets_of(l->app->db, row->id, look, &l->at, err) < 0)
		return -1;
	return l->at.found ? l->fn(l->ctx, row, err) : 0;
}

int
allow_covering(struct app *app, const struct addr *a, allow_each *fn, void *ctx,
    struct error *err)
{
	struct covering_list l = {
	    .app = app, .at = {.addr = *a}, .fn = fn, .ctx = ctx};

	return allow_store_list(app->db, cover_row, &l, err);
}
