/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/num.h"

bool
num_parse_i64(const char *s, size_t len, int64_t min, int64_t max, int64_t *out)
{
	bool negative = len > 0 && s[0] == '-';
	size_t i = negative ? 1 : 0;
	int64_t v = 0;

	if (i == len || (s[i] == '0' && (len > i + 1 || negative)))
		return false;
	for (; i < len; i++) {
		int digit = s[i] - '0';

		if (digit < 0 || digit > 9)
			return false;
		/* downwards: INT64_MIN has no positive counterpart */
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, v, &v))
		return false;
	if (v < min || v > max)
		return false;
	*out = v;
	return true;
}
