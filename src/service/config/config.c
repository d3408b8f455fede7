/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/config/config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/settings.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/config/config_detail.h"

enum { PATH_SIZE = 512 };

#define CONF ".conf"
#define LOCAL ".local"
#define PYTHON ".py"

#define MSG_NOTHING                                                            \
	"There is nothing of that name in fail2ban's configuration. See the "  \
	"list."

void
config_list_release(struct config_list *l)
{
	conf_read_release(&l->read);
	str_list_release(&l->running);
}

int
config_kind_parse(const char *word, enum conf_dir *out, struct error *err)
{
	static const char *const KINDS[] = {
	    [CONF_JAIL] = "jails",
	    [CONF_FILTER] = "filters",
	    [CONF_ACTION] = "actions",
	};
	_Static_assert(ARRAY_LEN(KINDS) == CONF_DIR__MAX, "each has a word");

	for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
		if (str_eq(word, KINDS[i])) {
			*out = (enum conf_dir)i;
			return 0;
		}
	return err_set(err, ERR_NOT_FOUND,
	    "There is no such address. See the documentation.", "%s", word);
}

/* --- files ---------------------------------------------------------------- */

static bool
ends_in(const char *s, const char *suffix)
{
	size_t n = strlen(s);
	size_t k = strlen(suffix);

	return n > k && str_eq(s + n - k, suffix);
}

const char *
config_file_kind(const char *file)
{
	/* filter.d/x.conf is the one file of that name: what lies beside it
	 * in filter.d/x.d/ is more of it */
	const char *slash = strrchr(file, '/');
	bool more = slash != NULL && strncmp(file, "filter.d/", 9) != 0 &&
		    strncmp(file, "action.d/", 9) != 0;

	if (!more && slash != NULL)
		more = strchr(file + strlen("filter.d/"), '/') != NULL;
	if (ends_in(file, LOCAL))
		return more ? "local_d" : "local";
	return more ? "conf_d" : "conf";
}

bool
config_is_own(enum conf_dir kind, const char *name, const char *file)
{
	char own[PATH_SIZE];

	return (size_t)snprintf(own, sizeof own, "%s/%s" LOCAL,
		   conf_dir_name(kind), name) < sizeof own &&
	       str_eq(own, file);
}

static bool
has_local(const struct conf_read *r, enum conf_dir kind, const char *name)
{
	AUTO(fd_closep) int fd = -1;
	char own[PATH_SIZE];

	if ((size_t)snprintf(own, sizeof own, "%s/%s" LOCAL,
		conf_dir_name(kind), name) >= sizeof own)
		return false;
	fd = fd_open_below(
	    r->dir, own, O_RDONLY | O_NONBLOCK, 0, FILE_LINKS_BELOW);
	return fd >= 0;
}

/* --- the list ------------------------------------------------------------- */

static struct config_entry *
add_entry(struct config_list *l, struct config_entry ***end, const char *name,
    enum conf_dir kind, struct error *err)
{
	struct config_entry *e =
	    conf_read_alloc(&l->read.arena, sizeof *e, err);

	if (e == NULL)
		return NULL;
	e->name = conf_read_copy(&l->read.arena, name, strlen(name), err);
	if (e->name == NULL)
		return NULL;
	e->has_local = has_local(&l->read, kind, name);
	**end = e;
	*end = &e->next;
	l->n++;
	return e;
}

static int
list_jails(
    struct config_list *l, const struct conf_jails *jails, struct error *err)
{
	struct config_entry **end = &l->first;

	for (const struct conf_part *p = jails->set.parts; p != NULL;
	     p = p->next) {
		struct config_entry *e;
		struct conf_got got;

		if (!conf_is_jail_part(p))
			continue;
		e = add_entry(l, &end, p->name, CONF_JAIL, err);
		if (e == NULL || conf_jail_option(&l->read, jails, p, "enabled",
				     &got, err) < 0)
			return -1;
		e->file = p->file;
		e->active = got.text != NULL && conf_is_true(got.text);
	}
	return 0;
}

/* The name of a file that defines something; false: it does not. */
static bool
name_of(const char *file, enum conf_dir kind, char out[PATH_SIZE])
{
	size_t n = strlen(file);

	if (file[0] == '.')
		return false;
	if (ends_in(file, CONF))
		n -= strlen(CONF);
	else if (ends_in(file, LOCAL))
		n -= strlen(LOCAL);
	else if (kind != CONF_ACTION || !ends_in(file, PYTHON))
		return false;
	return str_copy_n(out, PATH_SIZE, file, n);
}

static int
read_names(const struct conf_read *r, enum conf_dir kind,
    struct str_list *names, struct error *err)
{
	AUTO(fd_closep)
	int fd = fd_open_below(r->dir, conf_dir_name(kind),
	    O_RDONLY | O_DIRECTORY, 0, FILE_LINKS_BELOW);
	AUTO(dir_closep) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL)
		return 0; /* a tree without such a folder has none */
	fd = -1;          /* d's now */
	while ((e = readdir(d)) != NULL && names->n < LIMIT_CONF_FILES) {
		char name[PATH_SIZE];

		if (name_of(e->d_name, kind, name) &&
		    str_list_add(names, name, strlen(name), err) < 0)
			return -1;
	}
	str_list_sort(names);
	return 0;
}

/* The file of that name which is read first. */
static int
put_file(struct config_list *l, struct config_entry *e, enum conf_dir kind,
    struct error *err)
{
	static const char *const SUFFIXES[] = {CONF, LOCAL, ""};
	char path[PATH_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(SUFFIXES) && e->file == NULL; i++) {
		AUTO(fd_closep) int fd = -1;

		if ((size_t)snprintf(path, sizeof path, "%s/%s%s",
			conf_dir_name(kind), e->name,
			SUFFIXES[i]) >= sizeof path)
			continue;
		fd = fd_open_below(
		    l->read.dir, path, O_PATH, 0, FILE_LINKS_BELOW);
		if (fd < 0 && i + 1 < ARRAY_LEN(SUFFIXES))
			continue;
		e->file =
		    conf_read_copy(&l->read.arena, path, strlen(path), err);
		if (e->file == NULL)
			return -1;
	}
	return 0;
}

static int
list_files(struct config_list *l, enum conf_dir kind, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	struct config_entry **end = &l->first;

	if (read_names(&l->read, kind, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		struct config_entry *e;

		if (i > 0 && str_eq(names.items[i], names.items[i - 1]))
			continue;
		e = add_entry(l, &end, names.items[i], kind, err);
		if (e == NULL || put_file(l, e, kind, err) < 0)
			return -1;
	}
	return 0;
}

/* --- who uses it ---------------------------------------------------------- */

struct using
{
	struct config_list *list;
	const struct conf_part *jail;
	bool active;
	struct error *err;
};

static int
add_user(const struct using *u, const char *name)
{
	struct config_entry *e = u->list->first;
	struct config_user **end;
	struct config_user *user;

	while (e != NULL && !str_eq(e->name, name))
		e = e->next;
	if (e == NULL)
		return 0; /* it is missing: the jail's page says so */
	for (end = &e->users; *end != NULL; end = &(*end)->next)
		if (str_eq((*end)->jail, u->jail->name))
			return 0;
	user = conf_read_alloc(&u->list->read.arena, sizeof *user, u->err);
	if (user == NULL)
		return -1;
	user->jail = u->jail->name;
	user->active = u->active;
	e->active = e->active || u->active;
	*end = user;
	return 0;
}

static int
add_used(const struct using *u, const char *text)
{
	const char *start;
	size_t len;

	while ((len = conf_use_next(&text, &start)) > 0) {
		struct conf_use use;
		int rc =
		    conf_use_parse(&u->list->read, start, len, &use, u->err);

		if (rc < 0 || (rc == 1 && add_user(u, use.name) < 0))
			return -1;
	}
	return 0;
}

static int
find_users(struct config_list *l, const struct conf_jails *jails,
    enum conf_dir kind, struct error *err)
{
	const char *option = kind == CONF_FILTER ? "filter" : "action";

	for (const struct conf_part *p = jails->set.parts; p != NULL;
	     p = p->next) {
		struct using u = {.list = l, .jail = p, .err = err};
		struct conf_got enabled;
		struct conf_got got;

		if (!conf_is_jail_part(p))
			continue;
		if (conf_jail_option(
			&l->read, jails, p, "enabled", &enabled, err) < 0 ||
		    conf_jail_option(&l->read, jails, p, option, &got, err) < 0)
			return -1;
		u.active = enabled.text != NULL && conf_is_true(enabled.text);
		if (got.text != NULL && !got.broken &&
		    add_used(&u, got.text) < 0)
			return -1;
	}
	return 0;
}

/* --- both ----------------------------------------------------------------- */

/* What fail2ban itself knows: without it the files are told all the same. */
static int
ask_fail2ban(
    struct app *app, struct config_list *l, char **version, struct error *err)
{
	struct error why = ERROR_INIT;
	char text[F2B_VERSION_SIZE] = "?";

	l->running_known =
	    f2b_version(app->f2b, text, &why) == 0 &&
	    f2b_jail_names(app->f2b, &l->running, NULL, &why) == 0;
	if (!l->running_known && why.code == ERR_NOMEM) {
		*err = why;
		return -1;
	}
	str_list_sort(&l->running);
	*version = conf_read_copy(&l->read.arena, text, strlen(text), err);
	return *version == NULL ? -1 : 0;
}

static int
open_list(struct app *app, enum conf_dir kind, struct config_list *l,
    struct conf_jails *jails, struct error *err)
{
	const char *dir = app->settings->fail2ban_config;
	char *version = NULL;

	if (conf_read_open(&l->read, dir, err) < 0 ||
	    ask_fail2ban(app, l, &version, err) < 0 ||
	    conf_jails_read(&l->read, version, dir, jails, err) < 0)
		return -1;
	if (kind == CONF_JAIL)
		return list_jails(l, jails, err);
	if (list_files(l, kind, err) < 0)
		return -1;
	return find_users(l, jails, kind, err);
}

int
config_list(struct app *app, enum conf_dir kind, struct config_list *out,
    struct error *err)
{
	AUTO(config_list_release) struct config_list l = CONFIG_LIST_INIT;
	struct conf_jails jails = {.set = {.n_files = 0}};

	if (open_list(app, kind, &l, &jails, err) < 0)
		return -1;
	*out = l;
	l = (struct config_list)CONFIG_LIST_INIT; /* handed over */
	return 0;
}

int
config_get(struct app *app, enum conf_dir kind, const char *name,
    struct config_detail *out, struct error *err)
{
	AUTO(config_detail_release)
	struct config_detail d = CONFIG_DETAIL_INIT;
	struct conf_jails jails = {.set = {.n_files = 0}};

	if (open_list(app, kind, &d.list, &jails, err) < 0)
		return -1;
	d.entry = d.list.first;
	while (d.entry != NULL && !str_eq(d.entry->name, name))
		d.entry = d.entry->next;
	if (d.entry == NULL)
		return err_set(err, ERR_NOT_FOUND, MSG_NOTHING, "%s", name);
	if (config_detail_fill(&d, kind, &jails, err) < 0)
		return -1;
	*out = d;
	d = (struct config_detail)CONFIG_DETAIL_INIT; /* handed over */
	return 0;
}
