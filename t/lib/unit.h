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

#endif
