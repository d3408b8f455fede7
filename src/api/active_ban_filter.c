/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/active_ban_filter.h"

#include <string.h>

#include "api/ip_filter.h"
#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/request.h"

static const char *const SORTS[] = {
    [BANS_SORT_BANNED_AT] = "banned_at",
    [BANS_SORT_EXPIRES_AT] = "expires_at",
    [BANS_SORT_IP] = "ip",
    [BANS_SORT_JAIL] = "jail",
};
_Static_assert(ARRAY_LEN(SORTS) == BANS_SORT__MAX, "one word a sort");
static const char *const ORDERS[] = {"asc", "desc"};

static void
filter_jail(
    const struct request *req, struct bans_filter *out, struct error *err)
{
	out->jail = request_query(req, "jail");
	if (out->jail != NULL && strlen(out->jail) > LIMIT_JAIL_NAME)
		(void)err_field(err, "jail", "Is too long.");
	if (request_query_nth(req, "jail", 1) != NULL)
		(void)err_field(err, "jail", "Only one is taken here.");
}

void
active_ban_filter_read(
    const struct request *req, struct bans_filter *out, struct error *err)
{
	size_t sort = BANS_SORT_BANNED_AT, order;

	*out = (struct bans_filter){.limit = 0};
	query_word(req, "sort", SORTS, ARRAY_LEN(SORTS), &sort, err);
	/* new bans come first; what ends soonest, and names, go up */
	order = sort == BANS_SORT_BANNED_AT ? 1 : 0;
	query_word(req, "order", ORDERS, ARRAY_LEN(ORDERS), &order, err);
	out->sort = (enum bans_sort)sort;
	out->descending = order == 1;
	filter_jail(req, out, err);
	query_country(req, &out->country, err);
	query_asn(req, &out->asn, err);
	ip_filter_read(request_query(req, "ip"), out, err);
}
