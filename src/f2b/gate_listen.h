/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bangui-gate without systemd: a socket of its own, and a child a client.
 */
#ifndef BANGUI_F2B_GATE_LISTEN_H
#define BANGUI_F2B_GATE_LISTEN_H

#include <sys/types.h>

#include "base/macros.h"

struct error;
struct gate_conf;

struct gate_listen {
	const char *path;    /* of the socket */
	const char *group;   /* may connect; NULL: only its own */
	const char *pidfile; /* NULL: none */
	int fd;              /* the socket, once it is open */
};

/**
 * Make the socket, 0660 for the group, and the pid file. What an earlier one
 * left there is replaced. ERR_CONFLICT: somebody listens there.
 */
NODISCARD int gate_listen_open(struct gate_listen *l, struct error *err);

/**
 * Give up all rights and serve root and that user, at most
 * LIMIT_GATE_CLIENTS at a time, until SIGTERM or SIGINT: 0. Removes socket
 * and pid file then; the children end with it. In a child, whose client is
 * gone, it returns what the child shall exit with.
 */
NODISCARD int gate_listen_run(const struct gate_listen *l,
    struct gate_conf *conf, uid_t user, struct error *err);

/** Tell a client that is not served why, as the reply to what it asks. */
void gate_turn_away(int fd, const struct error *why);

#endif
