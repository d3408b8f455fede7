/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The language in which the archive of bans is asked, the same for pages, the
 * API and exports:
 *
 *	jail:sshd country:!DE since:7d (fails>=10 OR "invalid user")
 *
 * Terms stand side by side, which means AND, which binds more tightly than
 * OR; NOT, "-" and "!" negate what follows. doc/Features.md has the fields.
 * A pure function: no clock, no database, no memory of its own.
 */
#ifndef BANGUI_SERVICE_QUERY_H
#define BANGUI_SERVICE_QUERY_H

#include <stddef.h>

#include "base/macros.h"
#include "store/ban_query.h"

struct error;

/**
 * Read len bytes. At most LIMIT_QUERY of them, LIMIT_QUERY_TERMS terms and
 * LIMIT_QUERY_DEPTH brackets in each other. What is blank asks for everything.
 *
 * ERR_QUERY with field "q", the column of the fault and what to do about it.
 */
NODISCARD int query_parse(
    const char *text, size_t len, struct ban_query *out, struct error *err);

/* A field of the language. */
struct query_field {
	const char *name;
	enum ban_query_kind kind;
	bool compares; /* takes >= and the like */
	/* Fill the node from the value of len bytes; NULL, or why it cannot
	 * be: a literal for the client. */
	const char *(*read)(
	    struct ban_query *q, uint16_t node, const char *s, size_t len);
};

/** The field of a name, in any case; NULL: there is none. */
const struct query_field *query_field_find(const char *name, size_t len);
/** The i-th of them, in the order of the alphabet; NULL behind the last. */
const struct query_field *query_field_at(size_t i);

#endif
