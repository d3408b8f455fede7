/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/guard/own_address.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/own_addr.h"
#include "base/own_way.h"
#include "db/db.h"
#include "service/app.h"
#include "store/own_address_store.h"

enum { TEXT_MAX = 256 * 1024 }; /* bytes of one of these files */

/* systemd-resolved stands in the first one itself. */
const struct own_address_files OWN_ADDRESS_FILES = {
    .routes_v4 = "/proc/net/route",
    .routes_v6 = "/proc/net/ipv6_route",
    .resolvers = {"/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"},
};

/* What is known of each kind, and whether somebody could look. */
struct seen {
	struct own_addrs of[OWN_ADDRESS__MAX];
	bool looked[OWN_ADDRESS__MAX];
};

static void
seen_release(struct seen *s)
{
	for (int k = 0; k < OWN_ADDRESS__MAX; k++)
		own_addrs_release(&s->of[k]);
}

typedef int reader(const char *text, struct own_addrs *to, struct error *err);

static int
look_at(const char *path, reader *read, struct seen *s,
    enum own_address_kind kind, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);

	if (file_read(path, &text, err) < 0) {
		if (err->code == ERR_NOMEM)
			return -1;
		err_clear(err); /* not there, or not for us: it tells nothing */
		return 0;
	}
	if (read(buf_str(&text), &s->of[kind], err) < 0)
		return -1;
	s->looked[kind] = true;
	return 0;
}

static int
look(const struct own_address_files *files, struct seen *s, struct error *err)
{
	s->looked[OWN_ADDRESS_SELF] = own_addrs_get(&s->of[OWN_ADDRESS_SELF]);
	if (look_at(files->routes_v4, own_way_gateways_v4, s,
		OWN_ADDRESS_GATEWAY, err) < 0 ||
	    look_at(files->routes_v6, own_way_gateways_v6, s,
		OWN_ADDRESS_GATEWAY, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(files->resolvers); i++)
		if (look_at(files->resolvers[i], own_way_resolvers, s,
			OWN_ADDRESS_RESOLVER, err) < 0)
			return -1;
	return 0;
}

static int
note_known(void *ctx, enum own_address_kind kind, const struct addr *a,
    struct error *err)
{
	struct seen *known = ctx;

	return own_addrs_add(&known->of[kind], a, err);
}

/* Into fresh what nobody could look at. */
static int
keep(const struct seen *known, struct seen *fresh, struct error *err)
{
	for (int k = 0; k < OWN_ADDRESS__MAX; k++) {
		if (fresh->looked[k])
			continue;
		for (size_t i = 0; i < known->of[k].n; i++)
			if (own_addrs_add(
				&fresh->of[k], &known->of[k].items[i], err) < 0)
				return -1;
	}
	return 0;
}

static bool
holds_all(const struct own_addrs *a, const struct own_addrs *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!own_addrs_in(a, &b->items[i]))
			return false;
	return true;
}

static bool
is_same(const struct seen *a, const struct seen *b)
{
	for (int k = 0; k < OWN_ADDRESS__MAX; k++)
		if (!holds_all(&a->of[k], &b->of[k]) ||
		    !holds_all(&b->of[k], &a->of[k]))
			return false;
	return true;
}

static int
put(struct app *app, const struct seen *s, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    own_address_store_clear(app->db, err) < 0)
		return -1;
	for (int k = 0; k < OWN_ADDRESS__MAX; k++)
		for (size_t i = 0; i < s->of[k].n; i++)
			if (own_address_store_add(app->db,
				(enum own_address_kind)k, &s->of[k].items[i],
				err) < 0)
				return -1;
	return db_txn_commit(&txn, err);
}

int
own_address_refresh(
    struct app *app, const struct own_address_files *files, struct error *err)
{
	AUTO(seen_release) struct seen known = {0};
	AUTO(seen_release) struct seen fresh = {0};

	if (look(files, &fresh, err) < 0 ||
	    own_address_store_each(app->db, note_known, &known, err) < 0 ||
	    keep(&known, &fresh, err) < 0)
		return -1;
	return is_same(&known, &fresh) ? 0 : put(app, &fresh, err);
}
