/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole API as one table; see http/route.h for what a row decides. */
#ifndef BANGUI_API_ROUTES_H
#define BANGUI_API_ROUTES_H

#include <stddef.h>

#include "http/route.h"

extern const struct route API_ROUTES[];
extern const size_t API_ROUTES_LEN;

#endif
