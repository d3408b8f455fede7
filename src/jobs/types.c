/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/job.h"

enum { MINUTE_S = 60 };

/* clang-format off */
const struct job_type JOB_TYPES[JOB_KIND__MAX] = {
	/* also after a failure so often: a new file is to be found in a minute */
	[JOB_GEO_COPY] = {
	    .task = TASK_GEO_COPY,
	    .limit_s = 10 * MINUTE_S,
	    .period_s = 30,
	    .backoff_s = 30,
	    .backoff_max_s = 30,
	    .run = job_geo_copy,
	},
	/* the period is for addresses whose time to be asked again has come */
	[JOB_GEO_HTTP] = {
	    .task = TASK_GEO_HTTP,
	    .limit_s = 10 * MINUTE_S,
	    .period_s = MINUTE_S,
	    .backoff_s = 15,
	    .backoff_max_s = 60 * MINUTE_S,
	    .is_long = true,
	    .run = job_geo_http,
	},
	[JOB_GEO_RETRY] = {
	    .task = TASK_GEO_RETRY,
	    .limit_s = 5 * MINUTE_S,
	    .tries_max = 3,
	    .backoff_s = 5,
	    .backoff_max_s = 20,
	    .run = job_geo_retry,
	},
	[JOB_ALLOW_APPLY] = {
	    .task = TASK_ALLOW_APPLY,
	    .limit_s = 5 * MINUTE_S,
	    .period_s = MINUTE_S,
	    .backoff_s = 15,
	    .backoff_max_s = MINUTE_S,
	    .is_long = true, /* names are looked up */
	    .run = job_allow_apply,
	},
	[JOB_OWN_ADDRESSES] = {
	    .task = TASK_OWN_ADDRESS,
	    .limit_s = MINUTE_S,
	    .period_s = MINUTE_S,
	    .backoff_s = MINUTE_S,
	    .backoff_max_s = MINUTE_S,
	    .run = job_own_addresses,
	},
	/* it comes again when the next ban is due, by what it says itself */
	[JOB_UNBAN_DUE] = {
	    .task = TASK_UNBAN_DUE,
	    .limit_s = 10 * MINUTE_S,
	    .period_s = MINUTE_S,
	    .backoff_s = 5,
	    .backoff_max_s = MINUTE_S,
	    .run = job_unban_due,
	},
};
/* clang-format on */
