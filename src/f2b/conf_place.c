/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_place.h"

#include <stddef.h>

#include "f2b/policy.h"

static const char *const LOG_DIRS[] = {POLICY_LOG_ROOT, NULL};

void
conf_place_init(struct conf_place *p, const char *socket)
{
	*p = (struct conf_place){.dir = FAIL2BAN_CONF_DIR,
	    .socket = socket,
	    .tmp_dir = "/tmp",
	    .log_dirs = LOG_DIRS};
	run_programs_find(&p->programs);
}
