/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The archive's bans under the filters that list, statistics and export
 * share: what to find, pages of ids by keyset, and the rows of them. Each
 * filter that an index serves has statements of its own.
 */
#ifndef BANGUI_STORE_BAN_FIND_H
#define BANGUI_STORE_BAN_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/addr_kind.h"
#include "base/limits.h"
#include "base/macros.h"
#include "store/active_ban_store.h"

struct buf;
struct ban_query;
struct db;
struct db_query;
struct db_sql;
struct error;

/* The country of global addresses that nobody knows one of. */
#define BAN_COUNTRY_UNKNOWN "ZZ"

/* The index that is walked: with all of a struct ban_find still being asked of
 * each row, it decides the cost and nothing else. */
enum ban_walk {
	BAN_WALK_TIME,
	BAN_WALK_JAIL,
	BAN_WALK_COUNTRY,
	BAN_WALK_JAIL_COUNTRY,
	BAN_WALK_ASN,
	BAN_WALK_ORIGIN,
	BAN_WALK_NET,  /* all inside it is sorted */
	BAN_WALK_TEXT, /* and so is all that has it in its lines */
	BAN_WALK__MAX
};

/* All of it must hold. */
struct ban_find {
	int64_t from,
	    to; /* from <= banned_at < to; the ends of int64_t: open */
	const int64_t *jails;   /* any of them; NULL: of all jails */
	size_t n_jails;         /* at most LIMIT_QUERY_PARAMS */
	const char *country;    /* a code, BAN_COUNTRY_UNKNOWN; NULL: any */
	int64_t asn;            /* -1: any */
	int origin;             /* enum ban_origin; -1: any */
	const struct addr *net; /* what lies inside it; NULL: anywhere */
	/* What is none of these: sums cannot tell it. NULL: nothing */
	const struct ban_query *rest;
	const char *text;   /* of BAN_WALK_TEXT alone: a phrase */
	enum ban_walk walk; /* with rest: what rows are counted by */
	int64_t limit_ms;   /* of one statement; 0: LIMIT_QUERY_MS */
};

#define BAN_FIND_ALL                                                           \
	{                                                                      \
		.from = INT64_MIN, .to = INT64_MAX, .asn = -1, .origin = -1    \
	}

/** Can sums tell how many there are? Else bans are counted one by one. */
bool ban_find_has_sums(const struct ban_find *find);

/* "[1,2,...]", and the keys that begin and end a network: what bound
 * parameters point at. */
struct ban_find_room {
	char jails[LIMIT_QUERY_PARAMS * sizeof "-9223372036854775808,"];
	uint8_t first[17], last[17], prefix_len;
};

/* Parameters that every statement with BAN_FIND_FILTERS has: ?6 the jails,
 * ?7 the country, ?8 the AS, ?9 the origin, ?10 to ?12 the network. Those
 * that a statement walks its index by are asked for twice, at no cost; the
 * unary plus keeps the others from being chosen in its place. */
#define BAN_FIND_FILTERS                                                       \
	" AND (?6 IS NULL"                                                     \
	" OR +jail_id IN (SELECT value FROM json_each(?6)))"                   \
	" AND (?7 IS NULL OR (+kind = 0 AND coalesce(country, 'ZZ') = ?7))"    \
	" AND (?8 IS NULL OR +asn = ?8)"                                       \
	" AND (?9 IS NULL OR +origin = ?9)"                                    \
	" AND (?10 IS NULL OR (+addr_key BETWEEN ?10 AND ?11"                  \
	" AND length(addr_key) = 17 AND substr(addr_key, 17, 1) >= "           \
	"?12))" BAN_FIND_REST

/* Where ban_find_begin() puts what find->rest asks. */
#define BAN_FIND_REST "/*rest*/"
/* A statement that looks at rows by time: ban_find_begin() replaces it by
 * another way to them where find->walk says so. What follows is a condition. */
#define BAN_FIND_BY_TIME "ban INDEXED BY ban_time WHERE "

/**
 * Take a statement into use that has BAN_FIND_FILTERS, with find->rest in it.
 * Its other parameters are below BAN_WHERE_FIRST; ban_find_bind() is to
 * follow. A statement that takes longer than find->limit_ms ends with
 * ERR_QUERY_BROAD.
 */
NODISCARD int ban_find_begin(struct db_query *q, struct db *db,
    const struct db_sql *sql, const struct ban_find *find, struct error *err);

/* Room for ban_find_write(): times, a list of jails, a network. */
enum { BAN_FIND_TEXT_MAX = 512 + LIMIT_QUERY_PARAMS * 21 };

/** All that find asks, as a text that no other find has. */
void ban_find_write(const struct ban_find *find, struct buf *out);

/** Bind ?6 to ?12; room lives as long as the query. */
void ban_find_bind(struct db_query *q, const struct ban_find *find,
    struct ban_find_room *room);

/** Prepare the statements; once, at start. */
NODISCARD int ban_find_prepare(struct db *db, struct error *err);

/* A place between two rows: the row just before it. */
struct ban_place {
	int64_t time, id;
};

/** The ids of n places as a list for json_each(). */
void ban_places_write(
    const struct ban_place *places, size_t n, struct buf *out);

struct ban_page {
	enum ban_walk walk;
	bool back; /* towards the newest, else to the oldest */
	const struct ban_place *after; /* NULL: from the end of the time */
	int limit;                     /* at most LIMIT_LIST_MAX + 1 */
};

/** Up to page->limit places after page->after, in order, into out. */
NODISCARD int ban_find_places(struct db *db, const struct ban_find *find,
    const struct ban_page *page, struct ban_place *out, int *n,
    struct error *err);

/** How many bans have a phrase in their lines: up to max. */
NODISCARD int ban_find_text_size(struct db *db, const char *text, int64_t max,
    int64_t *out, struct error *err);

/** How many bans there are to find, by looking at all that find->walk comes
 * by. */
NODISCARD int ban_find_count(struct db *db, const struct ban_find *find,
    int64_t *out, struct error *err);

/** How many bans, expired names and all, lie in find->net: up to max. */
NODISCARD int ban_find_net_size(struct db *db, const struct ban_find *find,
    int64_t max, int64_t *out, struct error *err);

/* A row of the archive as it is shown; strings are borrowed. */
struct ban_found {
	int64_t id, banned_at;
	const char *jail;
	struct active_ban_key key;
	const char *ident; /* of a text; NULL: an address or a network */
	int64_t bantime_s; /* -1: for ever; -2: unknown */
	int64_t ban_count, failures; /* failures -1: unknown */
	const char *country;         /* NULL: unknown */
	int64_t asn;                 /* -1: unknown */
	const char *as_org;          /* NULL: unknown */
	enum addr_kind kind;
	int origin; /* enum ban_origin */
	/* Of the same key in the same jail, as active_ban has it. */
	bool in_force;
	int64_t force_banned_at, force_expires_at; /* -1: never */
};

/**
 * The bans of n places, in their order; one that is gone meanwhile is left
 * out. A each() that returns -1 ends it with its error.
 */
NODISCARD int ban_find_rows(struct db *db, const struct ban_place *places,
    size_t n,
    int (*each)(void *ctx, const struct ban_found *row, struct error *err),
    void *ctx, struct error *err);

#endif
