/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table retention_state: when the reaper last began and ended, and by which
 * clocks.
 */
#ifndef BANGUI_STORE_RETENTION_STORE_H
#define BANGUI_STORE_RETENTION_STORE_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

struct retention_state {
	int64_t begun_at; /* wall clock; 0: never */
	int64_t boot_s;   /* seconds since the machine's start, then */
	int64_t done_at;  /* when a pass last came to its end; 0: never */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int retention_store_prepare(struct db *db, struct error *err);

/** The one row. */
NODISCARD int retention_store_get(
    struct db *db, struct retention_state *out, struct error *err);

/** A pass begins. */
NODISCARD int retention_store_begin(
    struct db *db, int64_t now, int64_t boot_s, struct error *err);

/** It has come to its end. */
NODISCARD int retention_store_done(
    struct db *db, int64_t now, struct error *err);

#endif
