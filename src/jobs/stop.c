/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/stop.h"

#include <poll.h>
#include <stddef.h>
#include <sys/signalfd.h>

#include "base/file.h"
#include "base/macros.h"

static const int SIGNALS[] = {SIGTERM, SIGINT, SIGHUP};

/* None of what is called here fails with signals that exist. */

void
stop_add(sigset_t *set)
{
	for (size_t i = 0; i < ARRAY_LEN(SIGNALS); i++)
		(void)sigaddset(set, SIGNALS[i]);
}

void
stop_block(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	stop_add(&set);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}

bool
stop_is_wanted(void)
{
	sigset_t set;

	(void)sigpending(&set);
	for (size_t i = 0; i < ARRAY_LEN(SIGNALS); i++)
		if (sigismember(&set, SIGNALS[i]) == 1)
			return true;
	return false;
}

void
stop_wait_ms(int64_t ms)
{
	sigset_t set;
	struct pollfd p = {.events = POLLIN};

	(void)sigemptyset(&set);
	stop_add(&set);
	/* as a descriptor it can be waited for and stays pending; without one
	 * (-1) the wait is a wait all the same */
	p.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	(void)poll(&p, 1, (int)ms);
	fd_closep(&p.fd);
}
