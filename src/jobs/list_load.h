/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A blocklist, fetched and read in a process of its own: what a stranger wrote
 * is parsed where there is neither a database nor a way to fail2ban, under
 * limits of the kernel's, and nothing but addresses and numbers comes back,
 * which are looked at once more.
 */
#ifndef BANGUI_JOBS_LIST_LOAD_H
#define BANGUI_JOBS_LIST_LOAD_H

#include <stdbool.h>

#include "base/macros.h"
#include "service/lists/list.h"
#include "service/lists/list_read.h"

struct error;
struct own_addrs;

struct list_source {
	const char *url; /* or NULL: read fd to its end */
	int fd;
	bool may_be_private; /* the configuration allows sources that are not
			      * on the internet */
	struct list_how how;
	const struct own_addrs
	    *own; /* no entry may hold one of them; or NULL */

	/* Called about once a second, or NULL; -1 with *err ends it. */
	int (*beat)(void *arg, struct error *err);
	void *beat_arg;
};

/**
 * out is empty before and written on success only.
 *
 * ERR_REMOTE_* as fetch() and list_read(); ERR_REMOTE_PROTOCOL also for a
 * status that is none of success; ERR_REMOTE_TIMEOUT after LIMIT_LIST_S;
 * ERR_RUNNER_LOST the process died; ERR_NOMEM; what beat says.
 */
NODISCARD int list_load(
    const struct list_source *from, struct list *out, struct error *err);

#endif
