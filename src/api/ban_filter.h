/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The query parameters that everything over the archive of bans shares: range
 * or from and to, jail, ip, country, asn, origin, and the query language, q.
 */
#ifndef BANGUI_API_BAN_FILTER_H
#define BANGUI_API_BAN_FILTER_H

#include "service/archive/ban_filter.h"

struct error;
struct request;

/* Their names, for the list that query_refuse_unknown() takes; in the order
 * of the alphabet with what else a list has. */
#define BAN_FILTER_NAMES                                                       \
	"asn", "country", "from", "ip", "jail", "origin", "q", "range", "to"

/**
 * Fill out from the request, which it borrows from; every fault is noted in
 * err by the name of its parameter.
 *
 * range  when neither it nor from or to is there
 */
void ban_filter_read(const struct request *req, enum ban_range range,
    struct ban_filter *out, struct error *err);

#endif
