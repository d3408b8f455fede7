/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/store.h"

#include <stddef.h>

#include "store/active_ban_page.h"
#include "store/active_ban_store.h"
#include "store/active_ban_where.h"
#include "store/allow_store.h"
#include "store/audit_page.h"
#include "store/audit_store.h"
#include "store/ban_count.h"
#include "store/ban_facet.h"
#include "store/ban_find.h"
#include "store/ban_group.h"
#include "store/ban_jail_count.h"
#include "store/ban_of_key.h"
#include "store/ban_often_store.h"
#include "store/ban_prune.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "store/ban_text_store.h"
#include "store/ban_top.h"
#include "store/event_store.h"
#include "store/geo_cache_store.h"
#include "store/geo_quota_store.h"
#include "store/history_store.h"
#include "store/idempotency_store.h"
#include "store/job_store.h"
#include "store/manual_ban_store.h"
#include "store/own_address_store.h"
#include "store/owner_store.h"
#include "store/retention_store.h"
#include "store/session_store.h"
#include "store/throttle_store.h"
#include "store/token_store.h"

int
store_prepare(struct db *db, struct error *err)
{
	static int (*const PREPARE[])(struct db *, struct error *) = {
	    active_ban_page_prepare,
	    active_ban_store_prepare,
	    active_ban_where_prepare,
	    allow_store_prepare,
	    audit_page_prepare,
	    audit_store_prepare,
	    ban_count_prepare,
	    ban_facet_prepare,
	    ban_group_prepare,
	    ban_find_prepare,
	    ban_jail_count_prepare,
	    ban_of_key_prepare,
	    ban_often_store_prepare,
	    ban_prune_prepare,
	    ban_store_prepare,
	    ban_sum_store_prepare,
	    ban_top_prepare,
	    ban_text_store_prepare,
	    event_store_prepare,
	    geo_cache_store_prepare,
	    geo_quota_store_prepare,
	    history_store_prepare,
	    idempotency_store_prepare,
	    job_store_prepare,
	    manual_ban_store_prepare,
	    own_address_store_prepare,
	    owner_store_prepare,
	    retention_store_prepare,
	    session_store_prepare,
	    throttle_store_prepare,
	    token_store_prepare,
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(PREPARE); i++)
		if (PREPARE[i](db, err) < 0)
			return -1;
	return 0;
}
