/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of a MaxMind DB file (MMDB 2.0), so far as it must be right for
 * a reader that walks it by its pointers. libmaxminddb 1.7 takes the size of
 * the tree modulo 2^32 and skips nested records by recursion without a limit:
 * whatever it opens has passed here. Knows bytes only, no files.
 * Source: https://maxmind.github.io/MaxMind-DB/
 */
#ifndef BANGUI_GEO_LAYOUT_H
#define BANGUI_GEO_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct error;

enum {
	GEO_TAIL_MAX = 128 * 1024, /* the metadata is in so many last bytes */
	GEO_TYPE_SIZE = 64
};

struct geo_layout {
	uint32_t node_count;
	unsigned record_bits;     /* 24, 28, 32 */
	unsigned ip_version;      /* 4, 6 */
	int64_t built_at;         /* Unix seconds */
	char type[GEO_TYPE_SIZE]; /* "GeoLite2-Country"; "" if it is no text */
	uint64_t data_at;         /* where records begin */
	uint64_t data_len;        /* and how many bytes there are of them */
};

/**
 * Read the metadata, and see that the file has room for what it announces.
 * tail  the last tail_len bytes of the file, GEO_TAIL_MAX or all of it
 * False when it is no MaxMind DB file that can be walked.
 */
NODISCARD bool geo_layout_read(struct geo_layout *out, const uint8_t *tail,
    size_t tail_len, uint64_t file_size);

/**
 * Look at every node of the tree and every record that one leads to. file
 * has the size that geo_layout_read() was told.
 * ERR_INVALID detail says what is wrong with it; ERR_NOMEM.
 */
NODISCARD int geo_layout_check(
    const struct geo_layout *l, const uint8_t *file, struct error *err);

#endif
