/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of a row of the audit log, for list and export. */
#ifndef BANGUI_API_AUDIT_JSON_H
#define BANGUI_API_AUDIT_JSON_H

#include "base/addr.h"
#include "base/macros.h"

struct audit_bytes;
struct audit_row;
struct error;

/** Write r into ctx, a struct json_out that has a place for a value. */
NODISCARD int audit_json_row(
    void *ctx, const struct audit_row *r, struct error *err);

/** Where somebody was, as text; false when nobody can tell. */
NODISCARD bool audit_client_text(
    const struct audit_bytes *client, char out[ADDR_TEXT_SIZE]);

#endif
