/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A master that keeps N workers serving one listening socket on descriptor 0:
 * it replaces those that die, and re-executes itself to reload. What a worker
 * does is the caller's; the master holds no database, no client, nothing that
 * a fork would share.
 */
#ifndef BANGUI_POOL_MASTER_H
#define BANGUI_POOL_MASTER_H

#include "base/macros.h"
#include "http/server.h"

enum { POOL_WORKERS_MAX = 256 };

struct pool {
	unsigned workers;  /* 1 ... POOL_WORKERS_MAX */
	char *const *argv; /* of the program, to execute it again */
	int resume_fd;     /* what --resume was given, or -1 */
	void *arg;
	/** Once, in a process of its own, before workers start: migrate.
	 * Returns an exit code. */
	int (*prepare)(void *arg);
	/** Likewise, at a reload: 1 when the workers of the old program must
	 * be gone before prepare() is called. */
	int (*must_drain)(void *arg);
	/** A worker, until it is told to stop. Returns its exit code. */
	int (*work)(void *arg, struct server_slot *slot);
};

/** Supervise until SIGTERM, SIGINT or SIGUSR1; returns the exit code. */
NODISCARD int master_run(const struct pool *pool);

/** Block the signals that end a worker: it lets them in when it waits. */
void master_block_stop_signals(void);

#endif
