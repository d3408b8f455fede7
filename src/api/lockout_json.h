/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an act would lock out, as the problem `would_lock_out` tells it. */
#ifndef BANGUI_API_LOCKOUT_JSON_H
#define BANGUI_API_LOCKOUT_JSON_H

#include "base/macros.h"

struct error;
struct lockout_hits;
struct reply;
struct str_list;

/**
 * When err, of a call that filled hits, is ERR_LOCK_OUT, give the answer its
 * list: `covered`. ips are what the hits are numbered by. Always -1.
 */
int lockout_json(struct reply *rep, const struct lockout_hits *hits,
    const struct str_list *ips, struct error *err);

#endif
