/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target is one function. With --enable-fuzzing libFuzzer drives it
 * (`make fuzz`); in every other build replay.c does, with the corpus and with
 * each of its files cut and flipped, as part of `make check`.
 *
 * A property that does not hold ends the program: FUZZ_REQUIRE.
 */
#ifndef BANGUI_T_FUZZ_FUZZ_H
#define BANGUI_T_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** Returns 1 when the input was accepted, 0 when it was refused. */
int fuzz_one(const uint8_t *data, size_t size);

#define FUZZ_REQUIRE(property)                                                 \
	do {                                                                   \
		if (!(property)) {                                             \
			(void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, \
			    __LINE__, #property);                              \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
