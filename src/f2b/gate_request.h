/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A request as the gate takes it: one flat list of words, in the few opcodes
 * that fail2ban's own clients write for such a list. Everything else that the
 * pickle language can say is refused before it is understood.
 */
#ifndef BANGUI_F2B_GATE_REQUEST_H
#define BANGUI_F2B_GATE_REQUEST_H

#include <stddef.h>

#include "base/limits.h"
#include "base/macros.h"
#include "f2b/policy.h"

struct error;

/* The words of one request, which it holds. */
struct gate_request {
	size_t n;
	const char *words[POLICY_WORDS_MAX];
	char text[LIMIT_F2B_REQUEST];
};

/**
 * Read one request, from PROTO to STOP; len is at most LIMIT_F2B_REQUEST.
 * ERR_INVALID: it is something else, or has too many words, or NUL in one.
 */
NODISCARD int gate_request_read(
    struct gate_request *r, const void *data, size_t len, struct error *err);

#endif
