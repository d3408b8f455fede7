/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table ban_text: the words of the bans' matched lines (sql/0016_ban_text.sql).
 * It keeps no lines, so whoever deletes evidence has to take its words out
 * first, with the very text that they were made of.
 */
#ifndef BANGUI_STORE_BAN_TEXT_STORE_H
#define BANGUI_STORE_BAN_TEXT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_text_store_prepare(struct db *db, struct error *err);

/** The ban up to which all are in it. */
NODISCARD int ban_text_filled_to(
    struct db *db, int64_t *out, struct error *err);

/** The same, and the last ban of the archive. */
NODISCARD int ban_text_ends(
    struct db *db, int64_t *filled_to, int64_t *last, struct error *err);

/**
 * Add the words of the bans behind that one, up to last and at most max of
 * them that have lines; in a transaction. filled_to gets how far it came.
 */
NODISCARD int ban_text_fill(struct db *db, int64_t last, int64_t max,
    int64_t *filled_to, struct error *err);

/**
 * Take out the words of the bans that ban_sum_remove_oldest() of the same
 * numbers counts away: in the same transaction, before they are deleted.
 */
NODISCARD int ban_text_remove_oldest(
    struct db *db, int64_t before, int64_t max, struct error *err);

/** Of the newest so many numbers of bans in it, how many have a phrase. */
NODISCARD int ban_text_frequency(struct db *db, const char *text,
    int64_t newest, int64_t *out, struct error *err);

#endif
