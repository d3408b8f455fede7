/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who a program runs as. A tool that root starts becomes the user that
 * BanGUI runs as, for a file that root made could not be written by BanGUI.
 */
#ifndef BANGUI_BASE_OWNER_H
#define BANGUI_BASE_OWNER_H

#include "base/macros.h"

struct error;

/**
 * When root: become the owner of dir, for good, with the groups that this
 * user has. Anybody else stays who they are.
 *
 * ERR_DB_UNAVAILABLE there is no such directory; ERR_INTERNAL the system
 * refused.
 */
NODISCARD int owner_become(const char *dir, struct error *err);

#endif
