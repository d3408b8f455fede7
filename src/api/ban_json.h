/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of a ban of the archive, for every list that shows some. */
#ifndef BANGUI_API_BAN_JSON_H
#define BANGUI_API_BAN_JSON_H

#include "base/macros.h"
#include "service/archive/ban_list.h"

/** A ban_list_each() that writes r into ctx, a struct json_out in an array. */
ban_list_each ban_json_row;

#endif
