/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a unit test includes first: cmocka, and the four headers that it wants
 * before itself.
 */
#ifndef BANGUI_T_LIB_UNIT_H
#define BANGUI_T_LIB_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
