/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole-string numbers, in place of strtol and its many ways to go wrong.
 */
#ifndef BANGUI_BASE_NUM_H
#define BANGUI_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/**
 * Decimal integer: an optional '-' and digits, nothing before or after, no
 * superfluous leading zero, min <= value <= max. out is written on success.
 */
NODISCARD bool num_parse_i64(
    const char *s, size_t len, int64_t min, int64_t max, int64_t *out);

#endif
