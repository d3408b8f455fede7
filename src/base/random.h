/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random bytes from getrandom(2), and nothing else. */
#ifndef BANGUI_BASE_RANDOM_H
#define BANGUI_BASE_RANDOM_H

#include <stddef.h>

#include "base/macros.h"

struct error;

/** Fill out with len unpredictable bytes; ERR_INTERNAL if the kernel has none.
 */
NODISCARD int random_bytes(void *out, size_t len, struct error *err);

#endif
