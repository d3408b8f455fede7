/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ip_filter.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/bans/bans.h"

/* "203.", "203.0." or "203.0.113.": the network that they begin. */
static bool
parse_v4_prefix(const char *s, size_t len, struct addr *out)
{
	char text[sizeof "255.255.255.0.0.0/24"];
	int n_dots = 0;

	for (size_t i = 0; i < len; i++)
		n_dots += s[i] == '.' ? 1 : 0;
	if (n_dots < 1 || n_dots > 3 || len > sizeof "255.255.255." - 1 ||
	    s[len - 1] != '.')
		return false;
	(void)snprintf(text, sizeof text, "%s%s/%d", s,
	    n_dots == 1   ? "0.0.0"
	    : n_dots == 2 ? "0.0"
			  : "0",
	    n_dots * 8); /* fits: len was checked */
	return addr_parse_net(text, strlen(text), out);
}

bool
ip_filter_net(const char *s, size_t len, struct addr *out)
{
	return addr_parse_net(s, len, out) || parse_v4_prefix(s, len, out);
}

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
	if (ip_filter_net(s, len, &out->net))
		out->has_net = true;
	else if (strchr(s, '/') != NULL)
		(void)err_field(err, "ip",
		    "Is not a network: write it as 203.0.113.0/24, without "
		    "bits behind its length.");
	else
		out->text = s;
}
