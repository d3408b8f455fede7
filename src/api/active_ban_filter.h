/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The query parameters that list and export of the bans in force share: jail,
 * ip, country, asn, and the order.
 */
#ifndef BANGUI_API_ACTIVE_BAN_FILTER_H
#define BANGUI_API_ACTIVE_BAN_FILTER_H

#include "service/bans/bans.h"

struct error;
struct request;

/* Their names, for the list that query_refuse_unknown() takes. */
#define ACTIVE_BAN_FILTER_NAMES "asn", "country", "ip", "jail", "order", "sort"

/**
 * Fill out from the request, which it borrows from; every fault is noted in
 * err by the name of its parameter.
 */
void active_ban_filter_read(
    const struct request *req, struct bans_filter *out, struct error *err);

#endif
