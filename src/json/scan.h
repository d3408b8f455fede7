/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A strict JSON scanner that a body passes before json-c builds it: json-c
 * 0.16 accepts duplicate keys, single quotes, NaN, saturated integers and
 * U+0000 even in its strict mode (measured), so it cannot be the validator.
 */
#ifndef BANGUI_JSON_SCAN_H
#define BANGUI_JSON_SCAN_H

#include <stddef.h>

#include "base/macros.h"

struct error;

/**
 * RFC 8259 text with UTF-8 per RFC 3629, depth <= LIMIT_JSON_DEPTH, names of
 * at most LIMIT_JSON_KEY bytes and none twice in one object (however they are
 * escaped), integers within int64, other numbers finite doubles, no lone
 * surrogate escapes. ERR_MALFORMED otherwise (the detail has the byte
 * offset). "\u0000" in a text that is right otherwise is ERR_INVALID (422)
 * and names the field; a raw NUL byte is no JSON at all.
 */
NODISCARD int json_scan(const char *text, size_t len, struct error *err);

#endif
