/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking for a password without showing it. */
#ifndef BANGUI_CLI_PROMPT_H
#define BANGUI_CLI_PROMPT_H

#include <stddef.h>

#include "base/macros.h"

/* Longer than any password that is accepted, so that it can be judged. */
enum { PROMPT_SIZE = 1024 };

/**
 * A password: typed twice at a terminal, else one line of stdin, whose line
 * end does not count. out may hold NUL bytes; the caller wipes it.
 * Returns 0, or -1 after saying on stderr what was wrong.
 */
NODISCARD int prompt_password(char out[PROMPT_SIZE], size_t *len);

#endif
