/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a log that fail2ban itself names: its own, or one that a running
 * jail reads. No other file is opened, whoever asks.
 */
#ifndef BANGUI_F2B_TAIL_H
#define BANGUI_F2B_TAIL_H

#include <stddef.h>

#include "base/macros.h"

struct buf;
struct error;
struct f2b;

#define TAIL_OWN "log" /* in place of a path: fail2ban's own log */

#define TAIL_UNKNOWN "fail2ban reads no such log now."
#define TAIL_ODD "This log cannot be shown: it is no plain file, or a link."
#define TAIL_NO_FILE                                                           \
	"fail2ban does not log to a file. Look into the log of the system."

/**
 * Append the last whole lines of the file, at most bytes of it: as they are,
 * which may be of any kind.
 *
 * f2b    asks fail2ban itself, not a gate
 * which  TAIL_OWN, or a path as fail2ban spells it
 * bytes  1 ... LIMIT_TAIL_BYTES
 *
 * ERR_NOT_FOUND fail2ban names no such file, or it is gone; ERR_CONFLICT
 * fail2ban logs to no file, or it is none of a plain kind, or a symbolic link
 * is part of its path: whoever may make links there would choose what is read.
 */
NODISCARD int tail_read(struct f2b *f2b, const char *which, size_t bytes,
    struct buf *out, struct error *err);

#endif
