/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Strong entity tags: 128 bits of BLAKE2b over the body, so that two bodies
 * with one tag do not happen. If-None-Match and If-Match are lists of them.
 */
#ifndef BANGUI_HTTP_ETAG_H
#define BANGUI_HTTP_ETAG_H

#include <stdbool.h>
#include <stddef.h>

/* 32 hexadecimal digits in quotes, with NUL */
enum { ETAG_SIZE = 32 + 2 + 1 };

/** The tag of len bytes; data may be NULL when len is 0. */
void etag_of(const char *data, size_t len, char out[ETAG_SIZE]);

/**
 * Is etag one of a header's list, or is the list "*"? Weak tags ("W/...")
 * count as their strong ones, as RFC 9110 wants it for If-None-Match.
 */
bool etag_matches(const char *list, const char *etag);

#endif
