/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation torture: run a piece of code with its 1st, 2nd, ... allocation
 * failing until it gets through, and demand each time a clean ERR_NOMEM and
 * no leak.
 *
 * A test program that uses it says in its local.mk
 *
 *	t_unit_x_test_y_LDFLAGS = $(AM_LDFLAGS) $(TORTURE_WRAP)
 *	t_unit_x_test_y_LDADD = libtorture.a libx.a libbase.a $(CMOCKA_LIBS)
 *
 * The linker then turns the calls of malloc, calloc, realloc, reallocarray,
 * strdup, strndup and free in our objects into those of torture.c. Calls
 * inside shared libraries (SQLite, json-c, libc itself) are not touched.
 */
#ifndef BANGUI_T_LIB_TORTURE_H
#define BANGUI_T_LIB_TORTURE_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/**
 * Does the work once, checks its result if it succeeded and that outputs are
 * untouched if it did not, releases all it made; returns what the code under
 * test returned, 0 or -1 with *err.
 */
typedef int torture_attempt(void *arg, struct error *err);

/**
 * Call attempt with the nth allocation failing, n = 1, 2, ..., until a run
 * meets no failure; that run must return 0. Each before it must return -1
 * with ERR_NOMEM, and none may leave memory behind. A violation fails the
 * cmocka test. Returns how many allocations were made to fail: at least one.
 */
size_t torture_run(torture_attempt *attempt, void *arg);

/** For finer work: the nth allocation from now fails, 0 for none. */
void torture_arm(size_t n);
/** Has it failed meanwhile? Disarms. */
bool torture_disarm(void);
/** Blocks allocated since torture_arm() and not freed. */
size_t torture_live(void);

#endif
