/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ip_filter.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "service/bans/bans.h"

void
ip_filter_read(const char *s, struct bans_filter *out, struct error *err)
{
	size_t len = s == NULL ? 0 : strlen(s);

	if (len == 0)
		return;
	if (len > LIMIT_IP_FILTER) {
		(void)err_field(err, "ip", "Is too long.");
		return;
	}
	if (addr_parse_begin(s, len, &out->net))
		out->has_net = true;
	else if (strchr(s, '/') != NULL)
		(void)err_field(err, "ip",
		    "Is not a network: write it as 203.0.113.0/24, without "
		    "bits behind its length.");
	else
		out->text = s;
}
