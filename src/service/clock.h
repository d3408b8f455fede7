/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether somebody has set the clock. */
#ifndef BANGUI_SERVICE_CLOCK_H
#define BANGUI_SERVICE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct app;

struct clock_watch {
	bool looked;
	int64_t apart_s; /* the time of day and the other clock, so far */
};

/**
 * Has the clock jumped by more than LIMIT_CLOCK_JUMP_S since the last look? If
 * so that is one log line, `clock_jump`, and true. The first look learns.
 */
bool clock_look(struct clock_watch *c, const struct app *app);

#endif
