/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prometheus' text exposition, version 0.0.4. A family is a row of FAMILIES:
 * that each has its HELP and TYPE, and comes once, follows.
 */
#include <stdlib.h>

#include "api/handlers.h"
#include "base/buf.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/metrics.h"

/* A value of a label: what would end it is escaped. */
static void
put_label(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "{%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			buf_add_char(b, '\\');
		if (*value == '\n')
			buf_add_str(b, "\\n");
		else
			buf_add_char(b, *value);
	}
	buf_add_str(b, "\"}");
}

static void
put_value(struct buf *b, int64_t value)
{
	buf_add_char(b, ' ');
	buf_add_i64(b, value);
	buf_add_char(b, '\n');
}

static void
put_plain(struct buf *b, const char *name, int64_t value)
{
	buf_add_str(b, name);
	put_value(b, value);
}

static void
put_labelled(struct buf *b, const char *name, const char *label, const char *of,
    int64_t value)
{
	buf_add_str(b, name);
	put_label(b, label, of);
	put_value(b, value);
}

static void
put_up(struct buf *b, const char *name, const struct metrics *m)
{
	put_plain(b, name, m->jails.up ? 1 : 0);
}

static void
put_jail_count(struct buf *b, const char *name, const struct metrics *m)
{
	if (m->jails.up)
		put_plain(b, name, m->jails.n_jails);
}

static void
put_banned_current(struct buf *b, const char *name, const struct metrics *m)
{
	for (int64_t i = 0; i < m->jails.n; i++)
		put_labelled(b, name, "jail", m->jails.items[i].name,
		    m->jails.items[i].banned_current);
}

static void
put_banned_total(struct buf *b, const char *name, const struct metrics *m)
{
	for (int64_t i = 0; i < m->jails.n; i++)
		put_labelled(b, name, "jail", m->jails.items[i].name,
		    m->jails.items[i].banned_total);
}

static void
put_failed_current(struct buf *b, const char *name, const struct metrics *m)
{
	for (int64_t i = 0; i < m->jails.n; i++)
		put_labelled(b, name, "jail", m->jails.items[i].name,
		    m->jails.items[i].failed_current);
}

static void
put_failed_total(struct buf *b, const char *name, const struct metrics *m)
{
	for (int64_t i = 0; i < m->jails.n; i++)
		put_labelled(b, name, "jail", m->jails.items[i].name,
		    m->jails.items[i].failed_total);
}

static void
put_failures(struct buf *b, const char *name, const struct metrics *m)
{
	for (int i = 0; m->counting && i < TASK__MAX; i++)
		put_labelled(b, name, "task", task_name((enum task)i),
		    (int64_t)m->failures[i]);
}

static void
put_job_age(struct buf *b, const char *name, const struct metrics *m)
{
	for (int i = 0; i < JOB_KIND__MAX; i++)
		put_labelled(
		    b, name, "kind", job_kind_name(i), m->job_age_s[i]);
}

static void
put_db_bytes(struct buf *b, const char *name, const struct metrics *m)
{
	put_plain(b, name, m->db_bytes);
}

static void
put_build(struct buf *b, const char *name, const struct metrics *m)
{
	(void)m; /* known since this was built */
	put_labelled(b, name, "version", PACKAGE_VERSION, 1);
}

static const struct family {
	const char *name, *type, *help;
	void (*put)(struct buf *b, const char *name, const struct metrics *m);
} FAMILIES[] = {
    {"f2b_up",				"gauge",   "Whether fail2ban answers",          put_up            },
    {"f2b_jail_count",			"gauge",   "Running jails",                     put_jail_count    },
    {"f2b_jail_banned_current",               "gauge",   "Bans in force",                     put_banned_current},
    {"f2b_jail_banned_total",                 "gauge",
     "Bans since fail2ban was started, as it counts them",                                    put_banned_total  },
    {"f2b_jail_failed_current",               "gauge",   "Failures within the find time",
     put_failed_current											 },
    {"f2b_jail_failed_total",                 "gauge",
     "Failures since fail2ban was started, as it counts them",				put_failed_total  },
    {"bangui_background_task_failures_total", "counter",
     "Background work that failed; the log has a line of each",			       put_failures      },
    {"bangui_job_age_seconds",                "gauge",
     "For how long the longest due job of a kind has been due",                               put_job_age       },
    {"bangui_db_bytes",                       "gauge",   "Size of the database with its log",
     put_db_bytes											       },
    {"bangui_build_info",                     "gauge",   "The version that answers",          put_build         },
};

static void
metrics_freep(struct metrics **m)
{
	free(*m);
}

int
api_metrics(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(metrics_freep) struct metrics *m = calloc(1, sizeof *m);
	struct buf *b = &rep->body;

	(void)req; /* there is nothing to choose */
	if (m == NULL)
		return err_nomem(err);
	if (metrics_get(app, m, err) < 0)
		return -1;
	rep->content_type = "text/plain; version=0.0.4; charset=utf-8";
	for (size_t i = 0; i < ARRAY_LEN(FAMILIES); i++) {
		const struct family *f = &FAMILIES[i];

		buf_addf(b, "# HELP %s %s.\n# TYPE %s %s\n", f->name, f->help,
		    f->name, f->type);
		f->put(b, f->name, m);
	}
	return buf_check(b, err);
}
