/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows of exports as CSV: the fields of the JSON, in the same order. What is
 * an object there is columns here; the details of an act are one cell, a line
 * each.
 */
#ifndef BANGUI_API_CSV_ROWS_H
#define BANGUI_API_CSV_ROWS_H

struct audit_row;
struct ban_list_row;
struct bans_row;
struct buf;

/* The first line of each. */
extern const char CSV_HEAD_BANS[], CSV_HEAD_HISTORY[], CSV_HEAD_AUDIT[];

/** A row of the bans in force. */
void csv_row_bans(struct buf *to, const struct bans_row *r);
/** The same of the archive. */
void csv_row_history(struct buf *to, const struct ban_list_row *r);
/** The same of the audit log, whose bytes may be anything. */
void csv_row_audit(struct buf *to, const struct audit_row *r);

#endif
