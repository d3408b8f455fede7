/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process holds between requests: built by main, passed first.
 * Nothing in it would be missed by another worker.
 */
#ifndef BANGUI_SERVICE_APP_H
#define BANGUI_SERVICE_APP_H

struct db;
struct f2b;
struct settings;

struct app {
	const struct settings *settings;
	struct db *db;
	struct f2b *f2b;
};

#endif
