/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small work that requests leave behind. A worker does it after a response,
 * the job runner between jobs: one chore at a time, at most 50 ms, without
 * network, and those that are due take turns.
 */
#ifndef BANGUI_SERVICE_CHORES_H
#define BANGUI_SERVICE_CHORES_H

#include <stdbool.h>

#include "base/macros.h"

struct app;

enum { CHORES_MAX = 16 }; /* there are fewer kinds of them */

/**
 * Do the next chore that is due, if one is. Never fails: what goes wrong is
 * logged and counted (service/jobs/task.h). True when there was one.
 */
bool chores_run(struct app *app);

#endif
