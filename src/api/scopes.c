/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/scopes.h"

#include "service/auth/auth_token.h"

unsigned
scopes_sum(const struct str_list *names)
{
	unsigned sum = 0;

	for (size_t i = 0; i < names->n; i++) {
		unsigned bit = auth_scope_parse(names->items[i]);

		if (bit == 0)
			return 0;
		sum |= bit;
	}
	return sum;
}

void
scopes_put(struct json_out *o, unsigned scopes)
{
	const char *name;

	json_put_array(o, "scopes");
	for (size_t n = 0; (name = auth_scope_name(scopes, n)) != NULL; n++)
		json_put_str(o, NULL, name);
	json_put_close(o);
}
