/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of ip-api.com's batch service: what is asked, and what is made of
 * an answer, which anybody between here and there may have written. Bytes in,
 * lessons out; nothing here knows of networks or databases.
 * Source: https://ip-api.com/docs/api:batch
 */
#ifndef BANGUI_JOBS_IPAPI_H
#define BANGUI_JOBS_IPAPI_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct addr;
struct buf;
struct error;
struct geo_lesson;

/* Its name in geo_cache. */
#define IPAPI_RESOLVER "ip-api"
/* Headers by which it says how much more it takes. */
#define IPAPI_HEADER_LEFT "X-Rl"
#define IPAPI_HEADER_RESET "X-Ttl"

enum { IPAPI_BATCH = 100 }; /* addresses of one question, at most */

/** base: the service's URL without a path. ERR_INTERNAL it does not fit. */
void ipapi_write_url(struct buf *to, const char *base);

/** The body: a JSON array of the addresses. */
void ipapi_write_question(struct buf *to, const struct addr *asked, size_t n);

/**
 * What it says of the n addresses that it was asked for: at most one lesson
 * each. Others are passed over, as is what makes no sense; countries, numbers
 * and names are judged by base/geo_answer.h. lessons has room for n.
 *
 * ERR_REMOTE_PROTOCOL no such answer, or none of the addresses is in it.
 */
NODISCARD int ipapi_read_answer(const struct buf *text,
    const struct addr *asked, size_t n, struct geo_lesson *lessons,
    size_t *n_lessons, struct error *err);

/**
 * How many seconds the service wants to be left alone, by the values of its
 * two headers ("" when it did not come): 0 not at all, -1 it does not say.
 */
int64_t ipapi_wait_s(const char *left, const char *reset);

#endif
