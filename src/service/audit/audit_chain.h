/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What holds the audit log together: SHA-256 over the hash of the row before
 * (32 zero bytes in front of the first) and the row's columns in their order
 * in the table, seq to details. A column is one byte 0 for NULL; or 1 and
 * eight bytes of a number; or 2 and eight bytes of a length and that many
 * bytes of text or blob. Numbers have their highest byte first.
 */
#ifndef BANGUI_SERVICE_AUDIT_CHAIN_H
#define BANGUI_SERVICE_AUDIT_CHAIN_H

#include <stdint.h>

#include "base/macros.h"
#include "store/audit_store.h"

struct app;
struct error;

/** The hash of row, whose own hash does not count, behind one of hash prev. */
void audit_hash(const struct audit_row *row, const uint8_t prev[AUDIT_HASH_LEN],
    uint8_t out[AUDIT_HASH_LEN]);

enum audit_fault {
	AUDIT_WHOLE,
	AUDIT_CHANGED, /* the row is not what was written, or not in its place
			*/
	AUDIT_MISSING, /* the row of this number is not there */
	AUDIT_CUT,     /* nor is any behind it, up to the last that was written
			*/
	AUDIT_STRAY,   /* a row behind the last that was written */
	AUDIT_FAULT__MAX
};

struct audit_report {
	enum audit_fault fault;
	int64_t bad_seq;        /* the first row that is at fault; 0: none */
	int64_t rows;           /* that were found right */
	struct audit_head last; /* of those, the last */
};

/** "none", "changed", "missing", "cut", "stray". */
const char *audit_fault_name(enum audit_fault fault);

/** Follow the chain from its start. Finding it broken is no error. */
NODISCARD int audit_verify(
    struct app *app, struct audit_report *out, struct error *err);

#endif
