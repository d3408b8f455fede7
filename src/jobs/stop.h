/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signals that end a runner. They stay blocked, so that none cuts a job
 * off: who runs one asks whether a signal waits.
 */
#ifndef BANGUI_JOBS_STOP_H
#define BANGUI_JOBS_STOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/** Block them, in this process and those that it forks from now on. */
void stop_block(void);
/** Are we to end? */
bool stop_is_wanted(void);
/** Wait so long, or until we are to end. */
void stop_wait_ms(int64_t ms);
/** Add them to a set. */
void stop_add(sigset_t *set);

#endif
