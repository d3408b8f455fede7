/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose turn it is to ask fail2ban, among the workers of one pool: at most so
 * many at once, so that a hung fail2ban never holds all of them, and none
 * for a while after one of them has waited in vain. Known to all by one small
 * file; a worker that dies gives its place back by dying.
 */
#ifndef BANGUI_F2B_TURN_H
#define BANGUI_F2B_TURN_H

#include <stdint.h>

#include "base/macros.h"

struct error;

struct turn {
	int fd;               /* -1: shared with nobody */
	unsigned places;      /* who may ask at once */
	int64_t silent_until; /* time_mono_ms() */
};

/* clang-format off */
#define TURN_INIT { .fd = -1 }
/* clang-format on */

/** Share with all who open the same file; places is 1 or more. */
NODISCARD int turn_share(
    struct turn *t, const char *path, unsigned places, struct error *err);
void turn_release(struct turn *t);

/** Until when nobody should ask: of this process, or of all who share. */
NODISCARD int64_t turn_silent_until(const struct turn *t);
/** fail2ban did not answer: nobody asks until then. */
void turn_silence(struct turn *t, int64_t until_ms);

/**
 * A place of one's own. Waits for one as long as others come and go, at most
 * LIMIT_F2B_QUICK_MS, and not at all once nobody has for LIMIT_F2B_TURN_MS.
 * Returns its number for turn_leave(), or -1 when all are taken.
 */
NODISCARD int turn_enter(const struct turn *t);
void turn_leave(const struct turn *t, int place);

#endif
