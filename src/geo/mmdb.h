/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Country and AS of an address from a MaxMind DB file, memory-mapped by
 * libmaxminddb. Writing to a mapped file in place kills whoever maps it
 * (SIGBUS), so what is opened here is a private copy of geo/copy.h, which has
 * been looked at from end to end. When a new one is moved into its place, this
 * notices and reopens.
 */
#ifndef BANGUI_GEO_MMDB_H
#define BANGUI_GEO_MMDB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "geo/layout.h"

struct addr;
struct error;
struct geo_answer;
struct geo_mmdb;

/* What was found when the path was last looked at. */
enum geo_file_state { GEO_FILE_OK, GEO_FILE_ABSENT, GEO_FILE_BAD };

struct geo_file {
	bool open; /* answers, be it from an older file than the path's */
	enum geo_file_state state;
	char type[GEO_TYPE_SIZE]; /* of what is open: "GeoLite2-Country" */
	int64_t built_at;         /* Unix seconds */
};

/** Open path, which may be absent or bad now and better later. ERR_NOMEM. */
NODISCARD int geo_mmdb_new(
    struct geo_mmdb **out, const char *path, struct error *err);
void geo_mmdb_free(struct geo_mmdb *m);
void geo_mmdb_freep(struct geo_mmdb **m);

/**
 * Open what is at the path now if it is another file. Looks once in
 * interval_s seconds at most; a bad file leaves the old one open.
 * True when another file was found, good or bad.
 */
bool geo_mmdb_refresh(struct geo_mmdb *m, int64_t now_s, int64_t interval_s);

/** What is open. */
void geo_mmdb_info(const struct geo_mmdb *m, struct geo_file *out);

/** A number that is another one when another file is in use. */
uint64_t geo_mmdb_stamp(const struct geo_mmdb *m);

/** What the file says of an address, or of the first one of a network; NULL
 * when it has no record of it. Valid until the next call. */
const struct geo_answer *geo_mmdb_find(
    struct geo_mmdb *m, const struct addr *a);

#endif
