/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/guard/allow_apply.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/jails/jails_lock.h"
#include "service/jobs/jobs.h"
#include "service/jobs/task.h"
#include "store/allow_store.h"

const char ALLOW_MARK[] = "100::62:616e:6775:69";

enum { FIRST_ROOM = 16 };

struct nets {
	struct addr *items;
	size_t n, room;
};

static void
nets_release(struct nets *l)
{
	free(l->items);
	*l = (struct nets){0};
}

static int
nets_add(struct nets *l, const struct addr *net, struct error *err)
{
	size_t room = l->room == 0 ? FIRST_ROOM : 2 * l->room;
	struct addr *more;

	if (l->n == l->room) {
		more = reallocarray(l->items, room, sizeof *more);
		if (more == NULL)
			return err_nomem(err);
		l->items = more;
		l->room = room;
	}
	l->items[l->n++] = *net;
	return 0;
}

static int
compare_nets(const void *a, const void *b)
{
	const struct addr *x = a, *y = b;
	int order = memcmp(x->bytes, y->bytes, sizeof x->bytes);

	return order != 0 ? order : (int)x->prefix_len - (int)y->prefix_len;
}

/* Sorted, and each once. */
static void
nets_arrange(struct nets *l)
{
	size_t n = 0;

	if (l->n == 0)
		return;
	qsort(l->items, l->n, sizeof *l->items, compare_nets);
	for (size_t i = 0; i < l->n; i++)
		if (n == 0 || !addr_equal(&l->items[n - 1], &l->items[i]))
			l->items[n++] = l->items[i];
	l->n = n;
}

static bool
nets_have(const struct nets *l, const struct addr *net)
{
	return l->n > 0 &&
	       bsearch(net, l->items, l->n, sizeof *net, compare_nets) != NULL;
}

bool
allow_names_jail(const char *jails, const char *jail)
{
	size_t len = strlen(jail);

	if (*jails == '\0')
		return true;
	for (; *jails != '\0'; jails = strchr(jails, '\n') + 1)
		if (strcspn(jails, "\n") == len &&
		    strncmp(jails, jail, len) == 0)
			return true;
	return false;
}

/* One jail, and what there is to it. */
struct work {
	struct app *app;
	const char *jail;
	struct nets wanted;
	struct nets ours, theirs; /* as noted */
	struct nets has;          /* its ignore list */
};

static void
work_release(struct work *w)
{
	nets_release(&w->wanted);
	nets_release(&w->ours);
	nets_release(&w->theirs);
	nets_release(&w->has);
}

static int
want(void *ctx, const struct addr *net, const char *jails, struct error *err)
{
	struct work *w = ctx;

	return allow_names_jail(jails, w->jail) ? nets_add(&w->wanted, net, err)
						: 0;
}

static int
noted(void *ctx, const struct addr *net, bool ours, struct error *err)
{
	struct work *w = ctx;

	return nets_add(ours ? &w->ours : &w->theirs, net, err);
}

/* What is no address in it is not for us. */
static int
ask_jail(struct work *w, struct error *err)
{
	AUTO(str_list_release) struct str_list list = STR_LIST_INIT;
	struct addr net;

	if (f2b_ignore_list(w->app->f2b, w->jail, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < list.n; i++)
		if (addr_parse_net(
			list.items[i], strlen(list.items[i]), &net) &&
		    nets_add(&w->has, &net, err) < 0)
			return -1;
	nets_arrange(&w->has);
	return 0;
}

/* It has begun anew: what was noted of it is no longer so. */
static int
begin_anew(struct work *w, struct error *err)
{
	nets_release(&w->ours);
	nets_release(&w->theirs);
	return allow_store_forget(w->app->db, w->jail, err);
}

/* Note first: what was told and not noted would never be taken back. */
static int
give(struct work *w, const struct addr *net, struct error *err)
{
	bool has = nets_have(&w->has, net);
	bool ours = !has || nets_have(&w->ours, net);
	char text[ADDR_TEXT_SIZE];

	if (has && (nets_have(&w->ours, net) || nets_have(&w->theirs, net)))
		return 0;
	if (allow_store_apply(w->app->db, w->jail, net, ours, err) < 0)
		return -1;
	if (has)
		return 0;
	addr_format(net, text);
	return f2b_ignore_add(w->app->f2b, w->jail, text, err);
}

static int
take(struct work *w, const struct addr *net, bool ours, struct error *err)
{
	char text[ADDR_TEXT_SIZE];

	if (nets_have(&w->wanted, net))
		return 0;
	addr_format(net, text);
	if (ours && nets_have(&w->has, net) &&
	    f2b_ignore_remove(w->app->f2b, w->jail, text, err) < 0)
		return -1;
	return allow_store_unapply(w->app->db, w->jail, net, err);
}

static int
mark(struct work *w, bool has, struct error *err)
{
	if (has == (w->wanted.n > 0))
		return 0;
	return (has ? f2b_ignore_remove : f2b_ignore_add)(
	    w->app->f2b, w->jail, ALLOW_MARK, err);
}

static int
settle(struct work *w, struct error *err)
{
	struct addr at;
	bool has_mark = addr_parse(ALLOW_MARK, strlen(ALLOW_MARK), &at) &&
			nets_have(&w->has, &at);

	if (!has_mark && (begin_anew(w, err) < 0 || mark(w, false, err) < 0))
		return -1;
	for (size_t i = 0; i < w->wanted.n; i++)
		if (give(w, &w->wanted.items[i], err) < 0)
			return -1;
	for (size_t i = 0; i < w->ours.n; i++)
		if (take(w, &w->ours.items[i], true, err) < 0)
			return -1;
	for (size_t i = 0; i < w->theirs.n; i++)
		if (take(w, &w->theirs.items[i], false, err) < 0)
			return -1;
	return has_mark ? mark(w, true, err) : 0;
}

static int
apply_to(struct app *app, const char *jail, struct error *err)
{
	AUTO(work_release) struct work w = {.app = app, .jail = jail};

	if (allow_store_nets(app->db, app->now_s(), want, &w, err) < 0 ||
	    allow_store_applied(app->db, jail, noted, &w, err) < 0)
		return -1;
	if (w.wanted.n + w.ours.n + w.theirs.n == 0)
		return 0;
	nets_arrange(&w.wanted);
	nets_arrange(&w.ours);
	nets_arrange(&w.theirs);
	if (ask_jail(&w, err) < 0)
		return -1;
	return settle(&w, err);
}

/* Is there nothing to tell and nothing to take back? 1 or 0. */
static int
is_idle(struct app *app, struct error *err)
{
	int64_t n = 0;
	int applied = allow_store_is_applied(app->db, err);

	if (applied < 0 || allow_store_count(app->db, &n, err) < 0)
		return -1;
	return n == 0 && applied == 0;
}

int
allow_apply(struct app *app, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(fd_closep) int lock = -1;
	int idle = is_idle(app, err);

	if (idle != 0)
		return idle < 0 ? -1 : 0;
	lock = jails_lock(app, err);
	if (lock < 0 || f2b_jail_names(app->f2b, &names, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (apply_to(app, names.items[i], err) == 0)
			continue;
		if (err->code != ERR_JAIL_NOT_FOUND)
			return -1;
		err_clear(err); /* it was stopped meanwhile */
	}
	return allow_store_set_applied(app->db, app->now_s(), err);
}

void
allow_wake(struct app *app)
{
	struct error err = ERROR_INIT;
	int64_t id;

	if (jobs_queue(app, JOB_ALLOW_APPLY, "", &id, &err) < 0)
		task_fail_now(app, TASK_ALLOW_APPLY, &err);
}
