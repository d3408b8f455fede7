/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the stores of table audit read a row of it. */
#ifndef BANGUI_STORE_AUDIT_ROW_H
#define BANGUI_STORE_AUDIT_ROW_H

struct audit_row;
struct db_query;

#define AUDIT_COLUMNS                                                          \
	"seq, at, actor_kind, actor_id, actor_name, client, action, target,"   \
	" outcome, request_id, details, hash"

/** The row at hand, selected as AUDIT_COLUMNS; valid until the next step. */
void audit_row_read(const struct db_query *q, struct audit_row *out);

#endif
