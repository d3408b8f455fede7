/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Databases of ours for tests, as the migrations leave them. The migrations run
 * once in a program: after that its file is copied.
 */
#ifndef BANGUI_T_LIB_MIGRATED_H
#define BANGUI_T_LIB_MIGRATED_H

struct db;
struct scratch;

/** Puts bangui.db into the directory, in which there is none. */
void migrated_put(struct scratch *s);

/** The same, opened, with every statement prepared. */
struct db *migrated_open(struct scratch *s);

#endif
