/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jails_lock.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/settings.h"
#include "service/app.h"

int
jails_lock(struct app *app, struct error *err)
{
	char path[SETTING_TEXT_SIZE + sizeof "/jails.lock"];
	int fd;

	(void)snprintf(path, sizeof path, "%s/jails.lock",
	    app->settings->state_dir); /* the array has room for both */
	fd = file_lock(path, FILE_LOCK_EXCLUSIVE, LIMIT_JAILS_WAIT_MS, err);
	if (fd < 0 && err->code == ERR_OVERLOADED)
		return err_set(err, ERR_CONFLICT,
		    "Somebody else is starting, stopping or reloading jails "
		    "right now. Try again in a moment.",
		    "%s is held", path);
	return fd;
}
