/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The query parameters that list and export of the audit log share: range or
 * from and to, ip, action, actor, outcome, target.
 */
#ifndef BANGUI_API_AUDIT_FILTER_H
#define BANGUI_API_AUDIT_FILTER_H

#include "service/archive/ban_filter.h"
#include "service/audit/audit_list.h"

struct error;
struct request;

/* Their names, for the list that query_refuse_unknown() takes. */
#define AUDIT_FILTER_NAMES                                                     \
	"action", "actor", "from", "ip", "outcome", "range", "target", "to"

/**
 * Fill out from the request, which it borrows from, and base, which out
 * points at; every fault is noted in err by the name of its parameter.
 */
void audit_filter_read(const struct request *req, struct ban_filter *base,
    struct audit_filter *out, struct error *err);

#endif
