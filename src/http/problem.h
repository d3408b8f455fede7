/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an error looks to a client: RFC 9457, from one table that maps each
 * code to its status. The log gets the rest of it.
 */
#ifndef BANGUI_HTTP_PROBLEM_H
#define BANGUI_HTTP_PROBLEM_H

#include "base/error.h"
#include "base/macros.h"

struct reply;
struct request;

/** The HTTP status of a code. */
int problem_status(enum err_code code);

/** Make rep, whatever it held, the answer that tells the client of cause. */
NODISCARD int problem_write(struct reply *rep, const struct request *req,
    const struct error *cause, struct error *err);

#endif
