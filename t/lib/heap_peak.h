/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How much memory a piece of code has held at most. A program that uses it
 * links with
 *
 *	t_unit_x_test_y_LDFLAGS = $(AM_LDFLAGS) $(HEAP_PEAK_WRAP)
 *
 * which turns calloc, reallocarray, realloc and free of our objects into those
 * of heap_peak.c.
 */
#ifndef BANGUI_T_LIB_HEAP_PEAK_H
#define BANGUI_T_LIB_HEAP_PEAK_H

#include <stddef.h>

/** Count from what is held now. */
void heap_peak_start(void);
/** The most bytes that were held since, above what was then. */
size_t heap_peak(void);

#endif
