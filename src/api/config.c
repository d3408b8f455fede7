/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jails, filters and actions as fail2ban's files define them. */
#include "service/config/config.h"

#include "api/handlers.h"
#include "base/buf.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static void
put_users(struct json_out *o, const struct config_entry *e)
{
	json_put_array(o, "used_by");
	for (const struct config_user *u = e->users; u != NULL; u = u->next) {
		json_put_object(o, NULL);
		json_put_str(o, "jail", u->jail);
		json_put_bool(o, "active", u->active);
		json_put_close(o);
	}
	json_put_close(o);
}

static void
put_file(struct json_out *o, const char *file)
{
	json_put_str(o, "file", file);
	json_put_str(o, "file_kind", config_file_kind(file));
}

/* What a list and the one of it have in common; the object stays open. */
static void
put_entry(struct json_out *o, const struct config_list *l,
    const struct config_entry *e, enum conf_dir kind)
{
	json_put_object(o, NULL);
	json_put_str(o, "name", e->name);
	json_put_bool(o, "active", e->active);
	if (kind == CONF_JAIL && l->running_known)
		json_put_bool(o, "running", str_list_has(&l->running, e->name));
	else
		json_put_null(o, "running");
	json_put_bool(o, "has_local", e->has_local);
	put_file(o, e->file);
	put_users(o, e);
}

/* Where a value stands, in which section. */
static void
put_place(struct json_out *o, const char *section, const struct conf_value *v)
{
	put_file(o, v->file);
	json_put_str(o, "section", section);
	json_put_i64(o, "line", v->line);
	json_put_str(o, "written", v->raw);
}

static void
put_overridden(
    struct json_out *o, const char *section, const struct conf_value *v)
{
	for (; v != NULL; v = v->over) {
		json_put_object(o, NULL);
		put_place(o, section, v);
		json_put_close(o);
	}
}

static void
put_option(struct json_out *o, const struct config_option *c)
{
	json_put_object(o, NULL);
	json_put_str(o, "name", c->name);
	json_put_str(o, "section", c->section);
	json_put_str(o, "effective", c->effective);
	json_put_bool(o, "broken", c->broken);
	if (c->from->file[0] == '\0') {
		json_put_null(o, "origin");
	} else {
		json_put_object(o, "origin");
		put_place(o, c->section, c->from);
		json_put_close(o);
	}
	json_put_array(o, "overrides");
	put_overridden(o, c->section, c->from->over);
	put_overridden(o, "DEFAULT", c->also);
	json_put_close(o);
	json_put_close(o);
}

static void
put_use(struct json_out *o, const char *name, const struct config_use *u)
{
	json_put_object(o, name);
	json_put_str(o, "name", u->name);
	json_put_bool(o, "defined", !u->missing);
	json_put_close(o);
}

static void
put_uses(struct json_out *o, const struct config_detail *d)
{
	if (d->filter == NULL)
		json_put_null(o, "filter");
	else
		put_use(o, "filter", d->filter);
	json_put_array(o, "actions");
	for (const struct config_use *u = d->actions; u != NULL; u = u->next)
		put_use(o, NULL, u);
	json_put_close(o);
}

static void
put_issues(struct json_out *o, const struct conf_problems *l)
{
	json_put_array(o, "issues");
	for (const struct conf_problem *p = l->first; p != NULL; p = p->next) {
		json_put_object(o, NULL);
		put_file(o, p->file);
		if (p->line > 0)
			json_put_i64(o, "line", p->line);
		else
			json_put_null(o, "line");
		json_put_str(o, "message", p->message);
		json_put_close(o);
	}
	json_put_close(o);
}

static int
kind_of(const struct request *req, enum conf_dir *kind, struct error *err)
{
	return config_kind_parse(request_path_param(req, "kind"), kind, err);
}

int
api_config_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(config_list_release) struct config_list l = CONFIG_LIST_INIT;
	enum conf_dir kind = CONF_JAIL;
	struct json_out o;

	if (kind_of(req, &kind, err) < 0 || config_list(app, kind, &l, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (const struct config_entry *e = l.first; e != NULL; e = e->next) {
		put_entry(&o, &l, e, kind);
		json_put_close(&o);
	}
	json_put_close(&o);
	json_put_i64(&o, "total", (int64_t)l.n);
	put_issues(&o, &l.read.problems);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
get(struct app *app, const struct request *req, enum conf_dir *kind,
    struct config_detail *d, struct error *err)
{
	if (kind_of(req, kind, err) < 0)
		return -1;
	return config_get(app, *kind, request_path_param(req, "name"), d, err);
}

int
api_config_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(config_detail_release)
	struct config_detail d = CONFIG_DETAIL_INIT;
	enum conf_dir kind = CONF_JAIL;
	struct json_out o;

	if (get(app, req, &kind, &d, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	put_entry(&o, &d.list, d.entry, kind);
	put_uses(&o, &d);
	json_put_array(&o, "options");
	for (const struct config_option *c = d.options; c != NULL; c = c->next)
		put_option(&o, c);
	json_put_close(&o);
	put_issues(&o, &d.list.read.problems);
	json_put_close(&o);
	return json_end(&o, err);
}

/* Those that are too large to be shown are told in the issues of the other. */
static int
put_text(struct json_out *o, const struct config_detail *d, enum conf_dir kind,
    const char *file, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_CONF_READ);
	struct error why = ERROR_INIT;

	if (conf_read_raw(&d->list.read, file, &text, &why) < 0 &&
	    why.code != ERR_TOO_LARGE && why.code != ERR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	json_put_object(o, NULL);
	put_file(o, file);
	json_put_bool(o, "own", config_is_own(kind, d->entry->name, file));
	if (why.code == ERR_NONE)
		json_put_str_n(o, "content", buf_str(&text), text.len);
	else
		json_put_null(o, "content");
	json_put_close(o);
	return 0;
}

int
api_config_raw(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(config_detail_release)
	struct config_detail d = CONFIG_DETAIL_INIT;
	enum conf_dir kind = CONF_JAIL;
	struct json_out o;

	if (get(app, req, &kind, &d, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < d.n_files; i++)
		if (put_text(&o, &d, kind, d.files[i], err) < 0)
			return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", (int64_t)d.n_files);
	json_put_close(&o);
	return json_end(&o, err);
}
