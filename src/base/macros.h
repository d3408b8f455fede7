/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only macros of the house. They name ownership, results that must be
 * looked at, and table lengths; nothing here hides control flow.
 */
#ifndef BANGUI_BASE_MACROS_H
#define BANGUI_BASE_MACROS_H

#include <stddef.h>

/* The variable owns something: fn gets its address when it leaves scope. */
#define AUTO(fn) __attribute__((cleanup(fn)))

/* Ignoring the result is a bug; a wanted (void) needs its reason beside it. */
#define NODISCARD __attribute__((warn_unused_result))

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Hand over what an AUTO pointer owns: yields it and leaves NULL behind. */
#define STEAL(p)                                                               \
	({                                                                     \
		__typeof__(p) stolen_ = (p);                                   \
		(p) = NULL;                                                    \
		stolen_;                                                       \
	})

#endif
