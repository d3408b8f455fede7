/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/owner.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static int
become(uid_t uid, gid_t gid, struct error *err)
{
	const struct passwd *pw = getpwuid(uid);
	int rc;

	rc = pw != NULL ? initgroups(pw->pw_name, pw->pw_gid)
			: setgroups(0, NULL);
	if (rc == 0 && setgid(pw != NULL ? pw->pw_gid : gid) == 0 &&
	    setuid(uid) == 0)
		return 0;
	return err_set(err, ERR_INTERNAL,
	    "Something went wrong here. See the log of BanGUI.",
	    "cannot become user %ld: %m", (long)uid);
}

int
owner_become(const char *dir, struct error *err)
{
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (stat(dir, &st) < 0)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The state directory cannot be used. See the log of "
		    "BanGUI.",
		    "%s: %m; make it, for the user that BanGUI runs as: "
		    "install -d -o bangui -g bangui -m 0700 %s",
		    dir, dir);
	return st.st_uid == 0 ? 0 : become(st.st_uid, st.st_gid, err);
}
