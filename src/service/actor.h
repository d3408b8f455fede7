/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On whose behalf a process acts at the moment: set by api/'s guard for each
 * request and by the command line once, read by the audit log.
 */
#ifndef BANGUI_SERVICE_ACTOR_H
#define BANGUI_SERVICE_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"

/* As the column actor_kind has them. */
enum actor_kind {
	ACTOR_NOBODY, /* who has not signed in */
	ACTOR_SESSION,
	ACTOR_TOKEN,
	ACTOR_CLI, /* somebody on the machine itself */
	ACTOR__MAX
};

struct actor {
	enum actor_kind kind;
	int64_t id; /* of session or token, or the user; not of nobody */
	char name[LIMIT_TOKEN_NAME + 1]; /* of a token; else "" */
	bool has_client;
	struct addr client;
	char request_id[LIMIT_REQUEST_ID + 1]; /* "": no request */
};

#endif
