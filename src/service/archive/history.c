/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/settings.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/ban_db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/archive/history_look.h"
#include "service/health.h"
#include "store/ban_store.h"
#include "store/history_store.h"

static const char *const OFF_TEXTS[] = {
    [HISTORY_ON] = "New bans are added to the history.",
    [HISTORY_UNKNOWN] =
	"The fail2ban service has not told yet where its ban database is, so "
	"that no bans are added to the history. Start fail2ban, or set "
	"BANGUI_FAIL2BAN_DB.",
    [HISTORY_NO_DATABASE] =
	"fail2ban keeps no database (dbfile in fail2ban.conf), so that no bans "
	"are added to the history. Set dbfile to a file and restart fail2ban.",
    [HISTORY_ABSENT] =
	"fail2ban's database is not where it should be, so that no bans are "
	"added to the history. Start fail2ban, or correct BANGUI_FAIL2BAN_DB.",
    [HISTORY_DENIED] =
	"BanGUI may not read fail2ban's database, so that no bans are added to "
	"the history. Run `bangui doctor` on the server: it names the command "
	"that helps.",
    [HISTORY_DAMAGED] =
	"fail2ban's database is damaged, so that no bans are added to the "
	"history. Restart fail2ban: it repairs it or makes a new one.",
    [HISTORY_FOREIGN] =
	"fail2ban's database is of a version that BanGUI does not know, so "
	"that no bans are added to the history. Update BanGUI, or correct "
	"BANGUI_FAIL2BAN_DB.",
    [HISTORY_BUSY] =
	"Another program keeps fail2ban's database locked, so that no bans are "
	"added to the history, and fail2ban cannot write them either. End that "
	"program.",
};
_Static_assert(ARRAY_LEN(OFF_TEXTS) == HISTORY_OFF__MAX, "a text a reason");

static const enum history_off OFF_OF_FAULT[] = {
    [BAN_DB_FINE] = HISTORY_ON,
    [BAN_DB_ABSENT] = HISTORY_ABSENT,
    [BAN_DB_DENIED] = HISTORY_DENIED,
    [BAN_DB_DAMAGED] = HISTORY_DAMAGED,
    [BAN_DB_FOREIGN] = HISTORY_FOREIGN,
    [BAN_DB_BUSY] = HISTORY_BUSY,
    [BAN_DB_NONE] = HISTORY_NO_DATABASE,
};
_Static_assert(
    ARRAY_LEN(OFF_OF_FAULT) == BAN_DB_FAULT__MAX, "a reason a fault");

const char *
history_off_text(enum history_off off)
{
	return OFF_TEXTS[off];
}

int
history_new(struct history **out, struct error *err)
{
	AUTO(history_freep) struct history *h = calloc(1, sizeof *h);

	if (h == NULL)
		return err_nomem(err);
	if (ban_db_new(&h->source, err) < 0)
		return -1;
	*out = STEAL(h);
	return 0;
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	ban_db_freep(&h->source);
	free(h->path);
	free(h);
}

void
history_freep(struct history **h)
{
	history_free(*h);
	*h = NULL;
}

/* Another database may be configured while we run. A fail2ban that did not
 * answer lately is seldom asked: a worker would wait for it. */
static bool
is_path_due(const struct app *app)
{
	const struct history *h = app->history;
	const struct app_check *c = &app->f2b_check;
	int64_t pause_ms = h->path != NULL || !c->ok ? LIMIT_HISTORY_ASK_MS
						     : LIMIT_HEALTH_F2B_MS;

	if (app->settings->fail2ban_db[0] != '\0')
		return h->path == NULL;
	return h->asked_ms == 0 || time_mono_ms() - h->asked_ms >= pause_ms;
}

static void
path_set(struct history *h, char *path)
{
	free(h->path);
	h->path = path;
	h->no_path = HISTORY_NO_DATABASE;
}

/* A path that is known stays known while fail2ban does not answer; err then
 * says why it did not. */
static int
path_ask(struct app *app, struct error *err)
{
	struct history *h = app->history;
	char *path = NULL;
	int rc = f2b_database_path(app->f2b, &path, err);

	h->asked_ms = time_mono_ms();
	if (rc < 0 && !health_is_f2b_away(err))
		return -1;
	health_note_f2b(app, rc == 0 ? NULL : err);
	if (rc == 0)
		path_set(h, path);
	return 0;
}

/* Where fail2ban's database is. */
static int
path_find(struct app *app, struct error *err)
{
	const char *set = app->settings->fail2ban_db;
	char *path;

	if (!is_path_due(app))
		return 0;
	if (set[0] == '\0')
		return path_ask(app, err);
	path = strdup(set);
	if (path == NULL)
		return err_nomem(err);
	path_set(app->history, path);
	return 0;
}

/* ":memory:" is no file. */
static bool
is_file(const char *path)
{
	return path != NULL && path[0] == '/';
}

/* What failed: a fault of the database is a state, and so is a fail2ban (or
 * a gate) that cannot be asked. HISTORY_ON: something else, an error. */
static enum history_off
off_of(struct app *app, const struct error *err)
{
	enum ban_db_fault fault = ban_db_fault(app->history->source);

	if (fault == BAN_DB_FINE && health_is_f2b_away(err)) {
		health_note_f2b(app, err);
		return HISTORY_UNKNOWN;
	}
	return OFF_OF_FAULT[fault];
}

/* Does a gate read the database for us? A worker without one, and one that is
 * told where the file is, does so itself. */
static bool
has_gate(struct app *app)
{
	struct f2b_peer peer;
	struct error ignored = ERROR_INIT; /* whoever asks next finds out */

	if (app->settings->fail2ban_db[0] != '\0')
		return false;
	f2b_peer_last(app->f2b, &peer);
	if (!peer.known && is_path_due(app) &&
	    f2b_peer_get(app->f2b, &peer, &ignored) < 0)
		return false;
	return peer.known && peer.gate;
}

/* One that could not be asked is not asked again at once: a worker would wait
 * for it. */
static int
gate_open(struct app *app, enum history_off *off, struct error *err)
{
	struct history *h = app->history;

	if (h->asked_ms != 0 && !is_path_due(app)) {
		*off = HISTORY_UNKNOWN;
		return 0;
	}
	h->asked_ms = 0;
	if (ban_db_open_gate(h->source, app->f2b, err) == 0)
		return 0;
	*off = off_of(app, err);
	if (*off == HISTORY_UNKNOWN)
		h->asked_ms = time_mono_ms();
	return *off == HISTORY_ON ? -1 : 0;
}

/* err says more when *off is set. */
static int
source_open(struct app *app, enum history_off *off, struct error *err)
{
	struct history *h = app->history;

	*off = HISTORY_ON;
	if (has_gate(app))
		return gate_open(app, off, err);
	if (path_find(app, err) < 0)
		return -1;
	if (h->path == NULL && h->no_path == HISTORY_ON)
		*off = HISTORY_UNKNOWN;
	else if (!is_file(h->path))
		*off = HISTORY_NO_DATABASE;
	else if (ban_db_open(h->source, h->path, err) < 0)
		*off = OFF_OF_FAULT[ban_db_fault(h->source)];
	else
		err_clear(err);
	return *off == HISTORY_ON && err->code != ERR_NONE ? -1 : 0;
}

int
history_sync(struct app *app, bool *more, struct error *err)
{
	struct error why = ERROR_INIT;
	enum history_off off;

	*more = false;
	if (source_open(app, &off, &why) < 0) {
		*err = why;
		return -1;
	}
	if (off == HISTORY_ON && history_look(app, more, &why) < 0) {
		off = off_of(app, &why);
		if (off == HISTORY_ON) {
			*err = why;
			return -1;
		}
	}
	if (off == HISTORY_ON)
		return 0;
	return history_note_off(app, off, &why, err);
}

/* The lock's file says when to look again, for all processes: milliseconds of
 * the wall clock. Nonsense, and a time that the clock was set back from, is
 * now. */
static int64_t
due_in_ms(int fd)
{
	int64_t due_ms = 0, now_ms = time_now_ms();

	if (pread(fd, &due_ms, sizeof due_ms, 0) != (ssize_t)sizeof due_ms ||
	    due_ms < now_ms || due_ms - now_ms > LIMIT_HISTORY_PAUSE_MS)
		return 0;
	return due_ms - now_ms;
}

static void
set_due(struct app *app, int fd, int64_t pause_ms)
{
	int64_t due_ms = time_now_ms() + pause_ms;

	app->history->next_ms = time_mono_ms() + pause_ms;
	/* if it fails, somebody looks too soon */
	if (pwrite(fd, &due_ms, sizeof due_ms, 0) != (ssize_t)sizeof due_ms)
		app->history->next_ms += pause_ms;
}

/* The lock is one of the kernel's: it ends with its holder. */
static int
lock_take(struct app *app, struct error *err)
{
	char path[SETTING_TEXT_SIZE + sizeof "/history.lock"];

	(void)snprintf(path, sizeof path, "%s/history.lock",
	    app->settings->state_dir); /* the array has room for both */
	return file_lock(path, FILE_LOCK_EXCLUSIVE, 0, err);
}

bool
history_is_due(const struct app *app)
{
	return time_mono_ms() >= app->history->next_ms;
}

int
history_sync_step(struct app *app, struct error *err)
{
	AUTO(fd_closep) int fd = -1;
	struct history *h = app->history;
	int64_t now_ms = time_mono_ms(), wait_ms;
	bool more = false;
	int rc;

	if (now_ms < h->next_ms)
		return 0;
	h->next_ms = now_ms + LIMIT_HISTORY_FILL_MS;
	fd = lock_take(app, err);
	if (fd < 0 && err->code != ERR_OVERLOADED)
		return -1;
	if (fd < 0) {
		err_clear(err);
		return 0;
	}
	wait_ms = due_in_ms(fd);
	if (wait_ms > 0) {
		h->next_ms = now_ms + wait_ms;
		return 0;
	}
	rc = history_sync(app, &more, err);
	set_due(app, fd, more ? LIMIT_HISTORY_FILL_MS : LIMIT_HISTORY_PAUSE_MS);
	return rc;
}

int
history_learn(struct app *app, const struct addr *a,
    const struct geo_answer *answer, struct error *err)
{
	const struct active_ban_key key = ban_key_of(a);

	if (ban_store_as(app->db, answer->asn, answer->as_org, err) < 0)
		return -1;
	return ban_store_learn(app->db, &key, answer, NULL, err);
}

int
history_status_get(
    struct app *app, struct history_status *out, struct error *err)
{
	AUTO(history_state_release) struct history_state s = {0};
	struct history_status status;

	if (history_store_get(app->db, &s, err) < 0)
		return -1;
	status = (struct history_status){
	    .off = (enum history_off)s.off,
	    .off_since = s.off_since,
	    .n_bans = s.n_rows,
	    .last_sync_at = s.last_sync_at,
	    .filling = s.fill_to != 0,
	    .fill_done = s.fill_to != 0 ? s.mark_rowid : 0,
	    .fill_total = s.fill_to,
	};
	if (ban_store_span(app->db, &status.oldest, &status.newest, err) < 0)
		return -1;
	*out = status;
	return 0;
}
