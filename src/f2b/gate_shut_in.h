/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What bangui-gate gives up before it reads the first byte of a client.
 */
#ifndef BANGUI_F2B_GATE_SHUT_IN_H
#define BANGUI_F2B_GATE_SHUT_IN_H

#include "base/macros.h"

struct error;

/** All capabilities, also those that a program it starts could get, new
 * privileges, core dumps and being looked into. May be called twice. */
NODISCARD int gate_shut_in(struct error *err);

#endif
