/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is banned, as bytes that sort and identify it: the one form in which
 * our tables know it (sql/0002_active_ban.sql).
 */
#ifndef BANGUI_SERVICE_BAN_KEY_H
#define BANGUI_SERVICE_BAN_KEY_H

#include <stdbool.h>

#include "base/addr.h"
#include "store/active_ban_store.h"

/** Of an address or a network. */
struct active_ban_key ban_key_of(const struct addr *a);

/** Of an id that is a text, whatever its length. */
struct active_ban_key ban_key_of_text(const char *id);

/** The address or network of a key; false for a text's. */
bool ban_key_addr(const struct active_ban_key *key, struct addr *out);

#endif
