/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jail_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/str.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/health.h"

/* The file. asked_ms is written last and is 0 before: what was cut off by a
 * kill -9 is never read. */
struct shared {
	uint64_t magic;
	int64_t asked_ms; /* of the clock that is never set back */
	struct jail_counts counts;
};

#define MAGIC (UINT64_C(0x4a61696c43000000) ^ sizeof(struct shared))

static void
freep(struct f2b_counters **p)
{
	free(*p);
}

static int
ask(struct app *app, struct jail_counts *out, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(freep) struct f2b_counters *c = NULL;

	if (f2b_jail_names(app->f2b, &names, NULL, err) < 0)
		return -1;
	c = calloc(names.n + 1, sizeof *c);
	if (c == NULL)
		return err_nomem(err);
	if (f2b_counters_all(app->f2b, &names, c, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		struct jail_count *to = &out->items[out->n];

		if (c[i].currently_failed < 0)
			continue; /* stopped meanwhile */
		out->n_jails++;
		if (out->n == LIMIT_COUNTS_JAILS ||
		    !str_copy(to->name, sizeof to->name, names.items[i]))
			continue;
		to->banned_current = c[i].currently_banned;
		to->banned_total = c[i].total_banned;
		to->failed_current = c[i].currently_failed;
		to->failed_total = c[i].total_failed;
		out->n++;
	}
	return 0;
}

static int
ask_anew(struct app *app, struct jail_counts *out, struct error *err)
{
	int rc;

	*out = (struct jail_counts){0};
	rc = ask(app, out, err);
	if (rc < 0 && !health_is_f2b_away(err))
		return -1;
	health_note_f2b(app, rc == 0 ? NULL : err);
	if (rc < 0)
		*out = (struct jail_counts){0};
	out->up = rc == 0;
	err_clear(err);
	return 0;
}

static bool
is_fresh(const struct shared *s, int64_t now_ms)
{
	return s->magic == MAGIC && s->asked_ms > 0 && s->asked_ms <= now_ms &&
	       now_ms - s->asked_ms < LIMIT_COUNTS_MS && s->counts.n >= 0 &&
	       s->counts.n <= LIMIT_COUNTS_JAILS;
}

static int
write_whole(int fd, const void *data, size_t len, off_t at, struct error *err)
{
	if (pwrite(fd, data, len, at) == (ssize_t)len)
		return 0;
	return err_set(err, ERR_DB_UNAVAILABLE,
	    "Something went wrong here. See the log of BanGUI.", "%s",
	    "jails.counts: %m");
}

static int
share(int fd, struct shared *s, int64_t now_ms, struct error *err)
{
	s->magic = MAGIC;
	s->asked_ms = 0;
	if (write_whole(fd, s, sizeof *s, 0, err) < 0)
		return -1;
	return write_whole(
	    fd, &now_ms, sizeof now_ms, offsetof(struct shared, asked_ms), err);
}

static void
sharedp_free(struct shared **s)
{
	free(*s);
}

int
jail_counts_get(struct app *app, struct jail_counts *out, struct error *err)
{
	AUTO(sharedp_free) struct shared *s = calloc(1, sizeof *s);
	AUTO(fd_closep) int fd = -1;
	char path[SETTING_TEXT_SIZE + sizeof "/jails.counts"];
	int64_t now_ms = app->mono_ms();

	if (s == NULL)
		return err_nomem(err);
	(void)snprintf(path, sizeof path, "%s/jails.counts",
	    app->settings->state_dir); /* the array has room for both */
	fd = file_lock(path, FILE_LOCK_EXCLUSIVE, LIMIT_BANS_WAIT_MS, err);
	if (fd < 0)
		return -1;
	if (pread(fd, s, sizeof *s, 0) != (ssize_t)sizeof *s ||
	    !is_fresh(s, now_ms)) {
		if (ask_anew(app, &s->counts, err) < 0 ||
		    share(fd, s, now_ms, err) < 0)
			return -1;
	}
	*out = s->counts;
	return 0;
}
