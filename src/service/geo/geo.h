/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where an address is. What it is for comes first (a private address is
 * nowhere), then the MaxMind DB files, then geo_cache. Nothing here touches
 * the network: with the HTTP fallback allowed, addresses that nobody knows
 * are noted, and geo_flush() makes them rows of geo_cache that wait for the
 * job runner, which takes them by geo_due() and brings geo_learn() answers.
 */
#ifndef BANGUI_SERVICE_GEO_H
#define BANGUI_SERVICE_GEO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/addr_kind.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "geo/mmdb.h"

struct app;
struct error;
struct geo;
struct settings;

/* Where the country came from or, if there is none, the rest. */
enum geo_source {
	GEO_NONE,    /* nobody knows: no error, and not remembered for long */
	GEO_SPECIAL, /* an address that is nowhere: see kind */
	GEO_MMDB,
	GEO_CACHE, /* somebody answered earlier: see resolver */
	GEO_SOURCE__MAX
};

enum { GEO_RESOLVER_SIZE = 16 };

struct geo_result {
	struct geo_answer answer; /* "" and -1: unknown */
	enum geo_source source;
	enum addr_kind kind; /* ADDR_GLOBAL, or why it is nowhere */
	bool pending;        /* being asked for: look again soon */
	char resolver[GEO_RESOLVER_SIZE]; /* of GEO_CACHE: "ip-api"; or "" */
	int64_t resolved_at;              /* of GEO_CACHE: when; or 0 */
};

/** The same, noting nothing: for those who keep a copy of the answer. */
NODISCARD int geo_known(struct app *app, const struct addr *a,
    struct geo_result *out, struct error *err);

/** Of an id that is a text: nowhere. */
struct geo_result geo_of_text(void);

/** "none", "special", "mmdb", "cache". */
const char *geo_source_name(enum geo_source source);

/** Opens the private copies that are there; none there is no error. */
NODISCARD int geo_new(
    struct geo **out, const struct settings *settings, struct error *err);
void geo_free(struct geo *g);
void geo_freep(struct geo **g);

/**
 * What is known of an address, or of a network by its first address. Reads
 * only, so that a GET may call it for each row of a page; what is to be
 * written (last_seen, addresses to ask for) is noted for geo_flush().
 * Errors are those of the database.
 */
NODISCARD int geo_resolve(struct app *app, const struct addr *a,
    struct geo_result *out, struct error *err);

/**
 * Country and AS by the files alone: what the archive keeps of a ban costs no
 * look into the database. Unknown for special addresses.
 */
void geo_resolve_local(
    struct app *app, const struct addr *a, struct geo_answer *out);

/** After a response: the next look-up sees whether a file was replaced. */
void geo_rest(struct app *app);

/** Another one as soon as one of the files is another: a copy of what they
 * said is out of date then. */
int64_t geo_files_stamp(struct app *app);

/** Are there notes, so that geo_flush() has something to do? */
bool geo_has_notes(const struct app *app);

/**
 * Write the notes in one transaction: after the response, or whenever the
 * caller has called geo_resolve() outside of a request. When another process
 * is writing just now they stay for the next time: it never waits.
 */
NODISCARD int geo_flush(struct app *app, struct error *err);

/* What a remote service says of one address. */
struct geo_lesson {
	struct addr addr;
	struct geo_answer answer; /* without a country: it does not know */
};

/** Up to max addresses that are to be asked for, the longest due first. None
 * while the HTTP fallback is not allowed. */
NODISCARD int geo_due(struct app *app, struct addr *out, size_t max, size_t *n,
    struct error *err);

/**
 * Keep what the resolver (a name of ours, "ip-api") said, in one transaction.
 * What it does not know is asked for again after LIMIT_GEO_RETRY_S, doubling.
 * An address that could not be asked for at all is not passed: it stays due.
 */
NODISCARD int geo_learn(struct app *app, const struct geo_lesson *lessons,
    size_t n, const char *resolver, struct error *err);

/** Ask for every unknown address again now. n gets how many they are. */
NODISCARD int geo_retry_unknown(struct app *app, int64_t *n, struct error *err);

/**
 * Bring the private copies up to date with the operator's files; cheap when
 * they are. For the job runner (at least each half minute) and for the start
 * of the server. An error of one file does not keep the other from being
 * copied; ERR_OVERLOADED means that another process is at it.
 */
NODISCARD int geo_copy_files(
    const struct settings *settings, struct error *err);

/* One of the two files, as this process has it. */
struct geo_db {
	bool configured;
	struct geo_file file;
};

struct geo_status {
	struct geo_db country, asn;
	bool http_fallback;
	/* counted up to LIMIT_GEO_COUNT */
	int64_t rows;    /* of geo_cache */
	int64_t waiting; /* of which nobody has been asked yet */
	int64_t unknown; /* of which nobody knew */
};

/** The files alone; looks for new ones when it is time to. */
void geo_files(struct app *app, struct geo_status *out);
/** The same, and the counts. */
NODISCARD int geo_status_get(
    struct app *app, struct geo_status *out, struct error *err);

/** Is a file that the operator has named not to be had? */
bool geo_is_degraded(const struct geo_status *s);

#endif
