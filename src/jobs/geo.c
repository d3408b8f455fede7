/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jobs on where addresses are, but for asking the network. */
#include <stddef.h>

#include "base/error.h"
#include "jobs/job.h"
#include "service/app.h"
#include "service/geo/geo.h"
#include "json/write.h"

int
job_geo_copy(struct job_run *run, struct error *err)
{
	if (geo_copy_files(run->app->settings, err) == 0)
		return 0;
	return err->code == ERR_OVERLOADED ? 0 : -1; /* another one is at it */
}

int
job_geo_retry(struct job_run *run, struct error *err)
{
	struct json_out o;
	int64_t n = 0;

	if (geo_retry_unknown(run->app, &n, err) < 0)
		return -1;
	json_begin(&o, &run->result);
	json_put_object(&o, NULL);
	json_put_i64(&o, "addresses", n);
	json_put_close(&o);
	return json_end(&o, err);
}
