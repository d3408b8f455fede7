/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One response under construction. Headers can be added through one function
 * only, which refuses anything that could split a response (SEC-37).
 */
#ifndef BANGUI_HTTP_REPLY_H
#define BANGUI_HTTP_REPLY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/macros.h"

struct error;

struct reply {
	int status;               /* 200 until somebody says otherwise */
	const char *content_type; /* literal; application/json by default */
	struct buf headers;       /* complete lines, CR LF each */
	struct buf body;
	bool etag; /* compute a strong ETag, answer 304 if equal */
};

/** ERR_INTERNAL when name or value holds CR, LF, NUL or non-ASCII bytes. */
NODISCARD int reply_header(
    struct reply *rep, const char *name, const char *value, struct error *err);

#endif
