/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "service/auth_password.h"

static int
lock(const char *dir, const char *name, int wait_ms, struct error *err)
{
	char path[512 + 32]; /* a setting's text and our file's name */
	int n = snprintf(path, sizeof path, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%s: path too long", dir);
	return file_lock(path, FILE_LOCK_EXCLUSIVE, wait_ms, err);
}

static int
refuse(struct error *err)
{
	(void)err_set(err, ERR_THROTTLED,
	    "Too many sign-ins at the moment. Try again in a few seconds.",
	    "%s", "the hash slot and its waiting place are taken");
	err->retry_after_s = 2;
	return -1;
}

int
auth_password_slot(const char *dir, struct error *err)
{
	AUTO(fd_closep) int waiting = -1; /* given up once we have the slot */
	int fd = lock(dir, "hash.lock", 0, err);

	if (fd >= 0 || err->code != ERR_OVERLOADED)
		return fd;
	waiting = lock(dir, "hash-wait.lock", 0, err);
	if (waiting < 0)
		return err->code == ERR_OVERLOADED ? refuse(err) : -1;
	fd = lock(dir, "hash.lock", LIMIT_HASH_WAIT_MS, err);
	if (fd < 0)
		return err->code == ERR_OVERLOADED ? refuse(err) : -1;
	return fd;
}
