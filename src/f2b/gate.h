/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bangui-gate: what stands between BanGUI and fail2ban's socket. One client is
 * served at a time: each of its requests is decoded, held against the policy
 * and the level, written anew and only then sent on, or done here when its
 * name begins with '@'. What is refused is answered, and logged.
 */
#ifndef BANGUI_F2B_GATE_H
#define BANGUI_F2B_GATE_H

#include <sys/types.h>

#include "base/macros.h"

struct error;
struct gate_conf;

/* Who is on the other side, by SO_PEERCRED. */
struct gate_client {
	pid_t pid;
	uid_t uid;
};

/**
 * May it be served? Root may, and the user of BanGUI's workers. ERR_INVALID:
 * no, or no socket that tells.
 */
NODISCARD int gate_admit(
    int fd, uid_t user, struct gate_client *out, struct error *err);

/**
 * Serve the client behind fd until it goes or has said nothing for
 * LIMIT_GATE_IDLE_MS: 0. -1: it was let go, for what err says; it has been
 * told unless it could not be. Keeps fd open.
 */
NODISCARD int gate_serve(int fd, struct gate_conf *conf,
    const struct gate_client *client, struct error *err);

#endif
