/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs that see to it that nobody is locked out. */
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "jobs/job.h"
#include "service/guard/allow.h"
#include "service/guard/allow_apply.h"
#include "service/guard/own_address.h"
#include "service/health.h"

enum { AGAIN_S = 10 }; /* fail2ban is away, or somebody acts on its jails */

int
job_own_addresses(struct job_run *run, struct error *err)
{
	return own_address_refresh(run->app, &OWN_ADDRESS_FILES, err);
}

static void
addrinfo_freep(struct addrinfo **list)
{
	if (*list != NULL)
		freeaddrinfo(*list);
}

/* How many addresses a name has; 0 when nobody knows. */
static size_t
look_up(const char *name, struct addr out[LIMIT_ALLOW_ADDRS])
{
	static const struct addrinfo WANTED = {.ai_socktype = SOCK_STREAM};
	AUTO(addrinfo_freep) struct addrinfo *list = NULL;
	size_t n = 0;

	if (getaddrinfo(name, NULL, &WANTED, &list) != 0)
		return 0;
	for (const struct addrinfo *i = list;
	     i != NULL && n < LIMIT_ALLOW_ADDRS; i = i->ai_next)
		if (addr_from_sockaddr(i->ai_addr, &out[n]))
			n++;
	return n;
}

static int
look_up_all(struct job_run *run, struct error *err)
{
	struct addr addrs[LIMIT_ALLOW_ADDRS];
	struct allow_host host;
	int64_t done = 0;
	int rc;

	while ((rc = allow_host_due(run->app, &host, err)) == 1) {
		if (job_progress(run, done++, -1, "names", err) < 0 ||
		    allow_host_learn(run->app, host.id, addrs,
			look_up(host.name, addrs), err) < 0)
			return -1;
	}
	return rc;
}

int
job_allow_apply(struct job_run *run, struct error *err)
{
	if (allow_expire(run->app, err) < 0 || look_up_all(run, err) < 0)
		return -1;
	if (allow_apply(run->app, err) == 0)
		return 0;
	if (!health_is_f2b_away(err) && err->code != ERR_CONFLICT)
		return -1;
	err_clear(err);
	run->again_s = AGAIN_S;
	return 0;
}
