/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "service/auth/auth_password.h"

#define HASH_LOCK "hash.lock"
/* Held alone by who waits, shared for a moment by who would not wait. */
#define WAIT_LOCK "hash-wait.lock"

static int
lock(const char *dir, const char *name, enum file_lock kind, int wait_ms,
    struct error *err)
{
	char path[512 + 32]; /* a setting's text and our file's name */
	int n = snprintf(path, sizeof path, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof path)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%s: path too long", dir);
	return file_lock(path, kind, wait_ms, err);
}

/* Somebody else holds what we asked for; any other error stays as it is. */
static int
refuse_busy(struct error *err)
{
	if (err->code != ERR_OVERLOADED)
		return -1;
	(void)err_set(err, ERR_THROTTLED,
	    "Too many sign-ins at the moment. Try again in a few seconds.",
	    "%s", "the hash slot and its waiting place are taken");
	err->retry_after_s = 2;
	return -1;
}

int
auth_password_slot(const char *dir, bool favoured, struct error *err)
{
	AUTO(fd_closep) int waiting = -1; /* given up once we have the slot */
	int fd;

	if (!favoured) {
		waiting = lock(dir, WAIT_LOCK, FILE_LOCK_SHARED, 0, err);
		if (waiting < 0)
			return refuse_busy(err);
	}
	fd = lock(dir, HASH_LOCK, FILE_LOCK_EXCLUSIVE, 0, err);
	if (fd >= 0)
		return fd;
	if (!favoured || err->code != ERR_OVERLOADED)
		return refuse_busy(err);
	waiting =
	    lock(dir, WAIT_LOCK, FILE_LOCK_EXCLUSIVE, LIMIT_HASH_PLACE_MS, err);
	if (waiting < 0)
		return refuse_busy(err);
	fd = lock(dir, HASH_LOCK, FILE_LOCK_EXCLUSIVE, LIMIT_HASH_WAIT_MS, err);
	return fd < 0 ? refuse_busy(err) : fd;
}
