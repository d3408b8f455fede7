/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables ban, ban_jail, ban_as, ban_evidence and ban_gap: the archive of bans
 * (sql/0005_ban.sql). How far it reaches is history_store.h's.
 */
#ifndef BANGUI_STORE_BAN_STORE_H
#define BANGUI_STORE_BAN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr_kind.h"
#include "base/limits.h"
#include "base/macros.h"
#include "store/active_ban_store.h"

struct db;
struct error;
struct geo_answer;

/* Who banned; stored, so the numbers stay. */
enum ban_origin {
	BAN_BY_FILTER,    /* fail2ban, for what it read */
	BAN_BY_HAND,      /* nothing was read: somebody said so */
	BAN_BY_BLOCKLIST, /* ours, in a jail of its own */
	BAN_ORIGIN__MAX
};

struct ban_row {
	int64_t id;
	int64_t banned_at;
	int64_t jail_id; /* ban_store_jail() */
	struct active_ban_key key;
	const char *ident; /* of a text; NULL: an address or a network */
	int64_t nth;       /* how many equal bans come before it */
	int64_t bantime_s; /* -1: for ever; -2: unknown */
	int64_t ban_count;
	int64_t failures;    /* -1: unknown */
	const char *country; /* "": unknown */
	int64_t asn;         /* -1: unknown */
	enum addr_kind kind;
	enum ban_origin origin;
};

/** Prepare the statements; once, at start. */
NODISCARD int ban_store_prepare(struct db *db, struct error *err);

/** The number of a jail's name, given on the first call with it. */
NODISCARD int ban_store_jail(
    struct db *db, const char *name, int64_t *id, struct error *err);

/** The same if it has one: 1 yes, 0 no. */
NODISCARD int ban_store_find_jail(
    struct db *db, const char *name, int64_t *id, struct error *err);

/** 1 added, 0 that very ban is there: it keeps its id. Those that were added
 * are told to ban_sum_add() in the same transaction. */
NODISCARD int ban_store_add(
    struct db *db, const struct ban_row *row, struct error *err);

/** Is there a ban of this key, time, jail_id and nth? 1 yes, 0 no. */
NODISCARD int ban_store_has(
    struct db *db, const struct ban_row *row, struct error *err);

/** What fail2ban wrote of a ban: len bytes, of size that it has. */
NODISCARD int ban_store_add_evidence(struct db *db, int64_t ban_id,
    const void *data, size_t len, size_t size, struct error *err);

/** Note the name of a network; "" is none. */
NODISCARD int ban_store_as(
    struct db *db, int64_t asn, const char *org, struct error *err);

/** The country (and AS, if not known) of every ban of key that has none yet,
 * and with it the sums. changed may be NULL. */
NODISCARD int ban_store_learn(struct db *db, const struct active_ban_key *key,
    const struct geo_answer *answer, int64_t *changed, struct error *err);

/** Times from, to of which nothing is known; two that touch become one. */
NODISCARD int ban_store_gap(
    struct db *db, int64_t from_at, int64_t to_at, struct error *err);

/* Both ends of each are within. */
struct ban_gaps {
	struct ban_gap {
		int64_t from_at, to_at;
	} items[LIMIT_BAN_GAPS];
	size_t n;
};

/** The gaps that touch the time from <= t < to, the oldest first; if there
 * are too many, the newest of them. */
NODISCARD int ban_store_gaps(struct db *db, int64_t from, int64_t to,
    struct ban_gaps *out, struct error *err);

/** Times of the oldest and the newest ban that are counted: of those that were
 * deleted there are sums. 1 there are some, 0 none. */
NODISCARD int ban_store_span(
    struct db *db, int64_t *oldest, int64_t *newest, struct error *err);

/** Have old bans been deleted? 1, and the time of the oldest that is there;
 * 0 no. */
NODISCARD int ban_store_first_kept(
    struct db *db, int64_t *out, struct error *err);

/* What fail2ban's JSON of a ban says. */
struct ban_data {
	bool readable;    /* else the rest says nothing */
	int64_t failures; /* -1: not told */
	int64_t n_matches;
	bool has_more; /* something besides those and the address */
};

/** Read it; text need not be JSON. */
NODISCARD int ban_store_read_data(
    struct db *db, const char *text, struct ban_data *out, struct error *err);

#endif
