/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs that see to it that nobody is locked out. */
#include "jobs/job.h"
#include "service/guard/own_address.h"

int
job_own_addresses(struct job_run *run, struct error *err)
{
	return own_address_refresh(run->app, &OWN_ADDRESS_FILES, err);
}
