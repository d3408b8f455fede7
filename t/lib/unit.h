/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a unit test includes first: cmocka, and the four headers that it wants
 * before itself; and how much of a thing a case takes.
 */
#ifndef BANGUI_T_LIB_UNIT_H
#define BANGUI_T_LIB_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"

/**
 * The whole size of what a case fills or goes through, or the small one where
 * each step takes 50 times as long: T_SMALL is set in the environment. Small
 * is what still runs every line of the case.
 */
static inline int
unit_size(int whole, int small)
{
	return getenv("T_SMALL") == NULL ? whole : small;
}

/** The case goes on only when it went well. */
static inline void
unit_must(int rc, const struct error *err)
{
	if (rc < 0)
		fail_msg("%s: %s", err_name(err->code), err->detail);
}

/** The case goes on only when it failed so; the error is empty then. */
static inline void
unit_must_fail(int rc, enum err_code code, struct error *err)
{
	assert_int_equal(rc, -1);
	if (err->code != code)
		fail_msg("%s: %s", err_name(err->code), err->detail);
	err_clear(err);
}

#endif
