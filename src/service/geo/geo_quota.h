/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the remote service for addresses may be asked: one word for all
 * processes and for those after them.
 */
#ifndef BANGUI_SERVICE_GEO_QUOTA_H
#define BANGUI_SERVICE_GEO_QUOTA_H

#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

/**
 * May one request be sent now? 1 yes, and until geo_quota_set() nobody gets
 * another yes for LIMIT_GEO_HTTP_PACE_S, so that a process which dies in
 * between has not asked for nothing. 0 no: in wait_s seconds.
 */
NODISCARD int geo_quota_take(
    struct app *app, int64_t *wait_s, struct error *err);

/** The service wants to be left alone for so long from now; 0 it does not. */
NODISCARD int geo_quota_set(struct app *app, int64_t wait_s, struct error *err);

#endif
