/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one writer of CSV: RFC 4180 in UTF-8, cells into one bounded buffer.
 * Failure latches in the buffer.
 *
 * What strangers can choose (names, reasons) is written so that a spreadsheet
 * takes it for text: a text that it would take for a formula gets an
 * apostrophe in front. Bytes that are not UTF-8, and control characters other
 * than TAB, CR and LF, become U+FFFD, so that no terminal obeys them.
 */
#ifndef BANGUI_API_CSV_H
#define BANGUI_API_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct csv_out {
	struct buf *to; /* borrowed */
	bool filled;    /* the row has a cell */
};

/** Begin a row, which csv_end() ends. */
void csv_begin(struct csv_out *o, struct buf *to);
void csv_end(struct csv_out *o);

/** One cell more. NULL is an empty one. */
void csv_put_str(struct csv_out *o, const char *s);
void csv_put_str_n(struct csv_out *o, const char *s, size_t len);
void csv_put_i64(struct csv_out *o, int64_t v);
/** A negative number is unknown: an empty cell. */
void csv_put_i64_known(struct csv_out *o, int64_t v);
void csv_put_bool(struct csv_out *o, bool v);
/** RFC 3339; a negative time is an empty cell. */
void csv_put_time(struct csv_out *o, int64_t t_s);

#endif
