/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of a ban of the archive, for every list that shows some, and
 * of what all lists of them tell. */
#ifndef BANGUI_API_BAN_JSON_H
#define BANGUI_API_BAN_JSON_H

#include "base/macros.h"
#include "service/archive/ban_list.h"

struct ban_gaps;
struct json_out;
struct manual_ban;

/** A ban_list_each() that writes r into ctx, a struct json_out in an array. */
ban_list_each ban_json_row;
/** The same into an object that is open. */
ban_list_each ban_json_fields;

/** Members of what is kept of a ban by hand; null each if manual is NULL. */
void ban_json_by_hand(struct json_out *o, const struct manual_ban *manual);

/** Member `gaps`: times of which the archive does not know. */
void ban_json_gaps(struct json_out *o, const struct ban_gaps *gaps);

#endif
