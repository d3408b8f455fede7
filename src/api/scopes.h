/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a token is good for, as the API writes it: a list of words. */
#ifndef BANGUI_API_SCOPES_H
#define BANGUI_API_SCOPES_H

#include "base/str.h"
#include "json/write.h"

/** The sum of the scopes named (AUTH_SCOPE_*); 0 when one of them is none. */
unsigned scopes_sum(const struct str_list *names);

/** The member "scopes" of an object. */
void scopes_put(struct json_out *o, unsigned scopes);

#endif
