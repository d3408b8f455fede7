/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables active_ban, active_ban_jail and active_ban_state: what fail2ban last
 * told about bans in force, shared by all workers. When to ask again is
 * service/'s to decide; pages of the list are active_ban_page.h's.
 */
#ifndef BANGUI_STORE_ACTIVE_BAN_STORE_H
#define BANGUI_STORE_ACTIVE_BAN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"
#include "base/macros.h"

struct db;
struct db_query;
struct error;

/* 0xFF, 16 bytes of text, 16 bytes of hash; an address takes 17 bytes */
enum { ACTIVE_BAN_KEY_MAX = 33 };

/* What sorts and identifies an id within its jail (sql/0002_active_ban.sql).
 * Compares as memcmp() does, a shorter one before a longer one. */
struct active_ban_key {
	uint8_t bytes[ACTIVE_BAN_KEY_MAX];
	uint8_t len;
};

/** Below 0, 0, above 0 as a sorts before, with or after b. */
int active_ban_key_compare(
    const struct active_ban_key *a, const struct active_ban_key *b);

/* Where it is, for filters. */
struct active_ban_where {
	char country[GEO_COUNTRY_SIZE]; /* "ZZ": not known; "": nowhere */
	int64_t asn;                    /* 0: not known, or none */
};

/* One ban; strings are borrowed. */
struct active_ban {
	const char *id;
	int prefix_len; /* IPv6 terms; -1: id is a text */
	struct active_ban_key key;
	int64_t banned_at;
	int64_t bantime_s;             /* -1: for ever */
	int64_t expires_at;            /* -1: never */
	struct active_ban_where where; /* written, not read */
};

/* For the store files of this table. */

/** The key in column at. */
NODISCARD int active_ban_key_read(const struct db_query *q, int at,
    struct active_ban_key *out, struct error *err);
/** Country and network as parameters at and at + 1; where is borrowed until
 * the query ends. */
void active_ban_where_bind(
    struct db_query *q, int at, const struct active_ban_where *where);

/** Prepare the statements; once, at start. */
NODISCARD int active_ban_store_prepare(struct db *db, struct error *err);

/* active_ban_state; times in Unix milliseconds, 0: never. */
struct active_ban_state {
	int64_t checked_at_ms;
	int64_t as_of_ms;
	int64_t full_at_ms, full_cost_ms;
	int64_t failed_at_ms;
	int64_t act_seq, read_seq;
};

/** The one row of it. */
NODISCARD int active_ban_state_get(
    struct db *db, struct active_ban_state *out, struct error *err);
/** Write all but act_seq, which only active_ban_acted() moves. */
NODISCARD int active_ban_state_put(
    struct db *db, const struct active_ban_state *state, struct error *err);

/* A row of active_ban_jail. */
struct active_ban_jail {
	char *name; /* owned by its list */
	int64_t currently_banned, total_banned;
	int64_t n_rows;
	int64_t read_at_ms, read_cost_ms;
	int64_t act_seq, read_seq;
};

struct active_ban_jails {
	struct active_ban_jail *items; /* by name, as strcmp() orders */
	size_t n;
};

void active_ban_jails_release(struct active_ban_jails *l);
/** All of them; out is the caller's to release. */
NODISCARD int active_ban_jails_get(
    struct db *db, struct active_ban_jails *out, struct error *err);
/** The row of that name, or NULL. */
const struct active_ban_jail *active_ban_jails_find(
    const struct active_ban_jails *l, const char *name);
/** Insert or replace all but act_seq. */
NODISCARD int active_ban_jail_put(
    struct db *db, const struct active_ban_jail *jail, struct error *err);
/** Forget a jail and its bans. */
NODISCARD int active_ban_jail_delete(
    struct db *db, const char *jail, struct error *err);

/** We banned or unbanned in jail (NULL: in every one): what is stored of it
 * is old. */
NODISCARD int active_ban_acted(
    struct db *db, const char *jail, struct error *err);

/**
 * The stored bans of a jail in the order of their keys, for comparing; what
 * each() gets has no id. A each() that returns -1 ends it with its error.
 */
NODISCARD int active_ban_each(struct db *db, const char *jail,
    int (*each)(void *ctx, const struct active_ban *ban, struct error *err),
    void *ctx, struct error *err);

/** The bans of one key that are in force at now_s, by jail. */
NODISCARD int active_ban_each_of(struct db *db,
    const struct active_ban_key *key, int64_t now_s,
    int (*each)(void *ctx, const char *jail, const struct active_ban *ban,
	struct error *err),
    void *ctx, struct error *err);

/** A ban that is not there yet, with where it is. */
NODISCARD int active_ban_insert(struct db *db, const char *jail,
    const struct active_ban *ban, struct error *err);
/** New times for a ban that is there. */
NODISCARD int active_ban_update(struct db *db, const char *jail,
    const struct active_ban *ban, struct error *err);
/** The ban of that key, if it is there. */
NODISCARD int active_ban_delete(struct db *db, const char *jail,
    const struct active_ban_key *key, struct error *err);

#endif
