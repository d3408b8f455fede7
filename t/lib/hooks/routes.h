/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routes that crash, hang, sleep and stream, for tests of the loop and the
 * pool. They are linked into bangui-fcgi-hooks alone, which is never
 * installed.
 */
#ifndef BANGUI_T_LIB_HOOKS_ROUTES_H
#define BANGUI_T_LIB_HOOKS_ROUTES_H

#include <stddef.h>

#include "http/route.h"

extern const struct route HOOK_ROUTES[];
extern const size_t HOOK_ROUTES_LEN;

#endif
