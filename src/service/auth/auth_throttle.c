/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_throttle.h"

#include <inttypes.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "db/db.h"
#include "service/app.h"
#include "store/throttle_store.h"

enum { HOUR_S = 3600, CLEAN_ROWS = 200 };

/* A network that a client's failures count for. */
struct ring {
	struct addr network;
	int64_t allowance; /* failures without a wait */
};

enum { RINGS_MAX = 2 };

/* The rings of a client, the narrowest first; how many there are. */
static size_t
rings_of(const struct addr *client, struct ring out[RINGS_MAX])
{
	if (addr_is_v4(client)) {
		out[0] = (struct ring){
		    addr_network(client, 128), LIMIT_THROTTLE_FREE};
		return 1;
	}
	out[0] = (struct ring){addr_network(client, 64), LIMIT_THROTTLE_FREE};
	out[1] = (struct ring){addr_network(client, 48),
	    LIMIT_THROTTLE_FREE * LIMIT_THROTTLE_NET_FACTOR};
	return 2;
}

/* 2, 4, 8 ... seconds for each failure past the allowance. */
static int64_t
wait_for(int64_t failures, int64_t allowance)
{
	int64_t over = failures - allowance;

	if (over <= 0)
		return 0;
	/* 2^10 is past the longest wait already. */
	if (over >= 10 || (INT64_C(1) << over) > LIMIT_THROTTLE_S)
		return LIMIT_THROTTLE_S;
	return INT64_C(1) << over;
}

/* Failures lose half their weight each hour. */
static int64_t
decayed(int64_t failures, int64_t age_s)
{
	int64_t hours = age_s / HOUR_S;

	return hours >= 62 ? 0 : failures >> hours;
}

/* What is known of a network as of now. A row from the future means that the
 * clock was set back: it is moved to now, so that the wait is neither lifted
 * nor longer than it was. */
static int
ring_load(struct app *app, const struct addr *network, int64_t now,
    struct throttle_row *out, struct error *err)
{
	struct throttle_row row = {.updated_at = now};
	int64_t wait;
	int rc = throttle_store_get(app->db, network, &row, err);

	if (rc < 0)
		return -1;
	if (rc > 0 && row.updated_at > now) {
		wait = row.blocked_until - row.updated_at;
		if (wait > LIMIT_THROTTLE_S)
			wait = LIMIT_THROTTLE_S;
		row.updated_at = now;
		row.blocked_until = now + wait;
		if (throttle_store_put(app->db, network, &row, err) < 0)
			return -1;
	}
	row.failures = decayed(row.failures, now - row.updated_at);
	*out = row;
	return 0;
}

static int
refuse(int64_t wait_s, const char *why, struct error *err)
{
	(void)err_set(err, ERR_THROTTLED,
	    "Too many attempts. Wait before you try again.",
	    "%s: %" PRId64 " s", why, wait_s);
	err->retry_after_s = (int)wait_s; /* at most LIMIT_THROTTLE_S */
	return -1;
}

/* Did the narrowest ring sign in of late? */
static int
is_known(struct app *app, const struct ring *narrowest, struct error *err)
{
	return throttle_store_is_known(
	    app->db, &narrowest->network, app->now_s() - LIMIT_KNOWN_S, err);
}

/* How many of the rings keep this client waiting: a /64 that the owner signed
 * in from answers for itself alone, or any neighbour in its /48 could lock
 * the owner out. */
static int
rings_that_bind(
    struct app *app, const struct ring *rings, size_t *n, struct error *err)
{
	int known = *n > 1 ? is_known(app, rings, err) : 0;

	if (known < 0)
		return -1;
	if (known > 0)
		*n = 1;
	return 0;
}

int
auth_throttle_check(
    struct app *app, const struct addr *client, struct error *err)
{
	struct ring rings[RINGS_MAX];
	struct throttle_row row;
	size_t i, n = rings_of(client, rings);
	int64_t now = app->now_s();
	int64_t wait = 0;

	if (rings_that_bind(app, rings, &n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		if (ring_load(app, &rings[i].network, now, &row, err) < 0)
			return -1;
		if (row.blocked_until - now > wait)
			wait = row.blocked_until - now;
	}
	if (wait > LIMIT_THROTTLE_S)
		wait = LIMIT_THROTTLE_S;
	return wait > 0 ? refuse(wait, "failures of this client", err) : 0;
}

int
auth_throttle_fail(
    struct app *app, const struct addr *client, struct error *err)
{
	struct ring rings[RINGS_MAX];
	struct throttle_row row;
	size_t i, n = rings_of(client, rings);
	int64_t now = app->now_s();

	for (i = 0; i < n; i++) {
		if (ring_load(app, &rings[i].network, now, &row, err) < 0)
			return -1;
		row.failures++;
		row.updated_at = now;
		row.blocked_until =
		    now + wait_for(row.failures, rings[i].allowance);
		if (throttle_store_put(app->db, &rings[i].network, &row, err) <
		    0)
			return -1;
	}
	return 0;
}

int
auth_throttle_clear(
    struct app *app, const struct addr *client, struct error *err)
{
	struct ring rings[RINGS_MAX];

	(void)rings_of(client, rings); /* the first is there always */
	/* The /48 is not this client's alone: it cools down by itself. */
	if (throttle_store_delete(app->db, &rings[0].network, err) < 0)
		return -1;
	return throttle_store_set_known(
	    app->db, &rings[0].network, app->now_s(), err);
}

/* The budget as a bucket that a hash fills by one and each second empties by
 * one. A clock set back empties nothing, and the bucket goes on from there. */
static int
budget_load(
    struct app *app, int64_t now, struct hash_budget *out, struct error *err)
{
	struct hash_budget b;
	int64_t drained;

	if (throttle_store_get_budget(app->db, &b, err) < 0)
		return -1;
	if (b.updated_at > now) {
		b.updated_at = now;
		if (throttle_store_put_budget(app->db, &b, err) < 0)
			return -1;
	}
	drained = (now - b.updated_at) * LIMIT_HASHES_MINUTE / 60;
	b.spent = drained < b.spent ? b.spent - drained : 0;
	b.updated_at = now;
	*out = b;
	return 0;
}

/* Did client sign in of late? */
static int
client_is_known(
    struct app *app, const struct addr *client, bool *out, struct error *err)
{
	struct ring rings[RINGS_MAX];
	int known;

	(void)rings_of(client, rings); /* the first is there always */
	known = is_known(app, rings, err);
	if (known < 0)
		return -1;
	*out = known > 0;
	return 0;
}

/* What the budget holds now, and how much of it client may use. */
static int
budget_ask(struct app *app, const struct addr *client, bool *favoured,
    struct hash_budget *b, int64_t *limit, struct error *err)
{
	if (budget_load(app, app->now_s(), b, err) < 0 ||
	    (!*favoured && client_is_known(app, client, favoured, err) < 0))
		return -1;
	*limit = LIMIT_HASHES_MINUTE - (*favoured ? 0 : LIMIT_HASHES_KEPT);
	return 0;
}

static int
refuse_budget(const struct hash_budget *b, int64_t limit, struct error *err)
{
	return refuse(b->spent - limit + 1, "the machine's budget", err);
}

int
auth_throttle_afford(
    struct app *app, const struct addr *client, bool *known, struct error *err)
{
	struct hash_budget b;
	int64_t limit = 0;
	bool favoured = false;

	if (budget_ask(app, client, &favoured, &b, &limit, err) < 0)
		return -1;
	if (b.spent >= limit)
		return refuse_budget(&b, limit, err);
	*known = favoured;
	return 0;
}

int
auth_throttle_spend(struct app *app, const struct addr *client, bool favoured,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct hash_budget b;
	int64_t limit = 0;
	bool refused;

	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    budget_ask(app, client, &favoured, &b, &limit, err) < 0)
		return -1;
	refused = b.spent >= limit;
	if (!refused) {
		b.spent++;
		if (throttle_store_put_budget(app->db, &b, err) < 0)
			return -1;
	}
	/* Also when refused: what a clock set back made us write stays. */
	if (db_txn_commit(&txn, err) < 0)
		return -1;
	return refused ? refuse_budget(&b, limit, err) : 0;
}

int
auth_throttle_clean(struct app *app, struct error *err)
{
	int64_t now = app->now_s();

	if (throttle_store_delete_old(
		app->db, now - LIMIT_THROTTLE_KEPT_S, CLEAN_ROWS, err) < 0)
		return -1;
	return throttle_store_forget_known(app->db, now - LIMIT_KNOWN_S, err);
}
