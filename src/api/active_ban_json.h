/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of a ban in force, for list and export. */
#ifndef BANGUI_API_ACTIVE_BAN_JSON_H
#define BANGUI_API_ACTIVE_BAN_JSON_H

#include "base/macros.h"

struct bans_row;
struct error;

/** Write r into ctx, a struct json_out that has a place for a value. */
NODISCARD int active_ban_json_row(
    void *ctx, const struct bans_row *r, struct error *err);

#endif
