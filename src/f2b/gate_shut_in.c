/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_shut_in.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

#define MSG "BanGUI's gate cannot give up its rights. See its log."

/* Without CAP_SETPCAP the bounding set stays, and PR_SET_NO_NEW_PRIVS alone
 * keeps a program that is started from getting what is in it. */
static int
drop_bounding_set(struct error *err)
{
	for (unsigned long cap = 0;; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL || errno == EPERM)
			return 0;
		return err_set(
		    err, ERR_INTERNAL, MSG, "PR_CAPBSET_DROP %lu: %m", cap);
	}
}

static int
drop_capabilities(struct error *err)
{
	struct __user_cap_header_struct header = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {
	    {0}};

	if (syscall(SYS_capset, &header, none) < 0)
		return err_set(err, ERR_INTERNAL, MSG, "capset: %m");
	return 0;
}

int
gate_shut_in(struct error *err)
{
	const struct rlimit none = {0, 0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return err_set(err, ERR_INTERNAL, MSG, "prctl: %m");
	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return err_set(err, ERR_INTERNAL, MSG, "setrlimit: %m");
	if (drop_bounding_set(err) < 0)
		return -1;
	return drop_capabilities(err);
}
