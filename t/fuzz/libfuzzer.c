/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)fuzz_one(data, size); /* accepted or not: only no crash counts */
	return 0;
}
