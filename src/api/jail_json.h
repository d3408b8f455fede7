/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of a jail, for all answers that hold one. */
#ifndef BANGUI_API_JAIL_JSON_H
#define BANGUI_API_JAIL_JSON_H

struct f2b_jail;
struct json_out;

/** Write j under name; NULL in an array and at the top. */
void jail_json_put(
    struct json_out *o, const char *name, const struct f2b_jail *j);

#endif
