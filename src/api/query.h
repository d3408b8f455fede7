/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Query parameters of lists. What cannot be read is refused, and so is a name
 * that the list does not know: a filter with a typo that is silently ignored
 * would show too much.
 */
#ifndef BANGUI_API_QUERY_H
#define BANGUI_API_QUERY_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct error;
struct request;

/** Note each parameter outside of names[] (n of them) in err. */
void query_refuse_unknown(const struct request *req, const char *const names[],
    size_t n, struct error *err);

/** `limit`: 1 to LIMIT_LIST_MAX, LIMIT_LIST_DEFAULT when absent. */
void query_limit(const struct request *req, int *out, struct error *err);

/** The same of what is first of many: 1 to LIMIT_TOP_MAX, LIMIT_TOP_DEFAULT
 * when absent. */
void query_limit_top(const struct request *req, int *out, struct error *err);

/**
 * A parameter that is one of words[] (n of them): its index. *out stays as it
 * is when the parameter is absent.
 */
void query_word(const struct request *req, const char *name,
    const char *const words[], size_t n, size_t *out, struct error *err);

/** The path's `{id}`, a number of ours. ERR_NOT_FOUND when it can be none. */
NODISCARD int query_path_id(
    const struct request *req, int64_t *out, struct error *err);

/** `country`: ISO 3166-1 alpha-2, ZZ for what is not known; NULL when absent.
 * Borrowed from the request. */
void query_country(
    const struct request *req, const char **out, struct error *err);

/** `asn`: the number of an AS; 0 when absent. */
void query_asn(const struct request *req, int64_t *out, struct error *err);

/** 0, or -1 when one of the above has found fault. */
NODISCARD int query_check(const struct error *err);

#endif
