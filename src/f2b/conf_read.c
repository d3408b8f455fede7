/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_read.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "f2b/conf_expand.h"

#define CONF ".conf"
#define LOCAL ".local"
enum { PATH_SIZE = 512 };

/* A file that was looked at; items is NULL when there is none. */
struct conf_file_read {
	struct conf_file_read *next;
	const char *path;
	bool there;
	struct conf_item *items;
};

/* Paths of one name, in the order in which they are read. */
struct paths {
	const char *items[LIMIT_CONF_INCLUDES];
	size_t n;
};

/* The way to an included file: it is not included again on it. */
struct way {
	const struct way *before;
	const char *path;
	size_t depth;
};

void
conf_read_release(struct conf_read *r)
{
	fd_closep(&r->dir);
	arena_release(&r->arena);
}

int
conf_read_open(struct conf_read *out, const char *dir, struct error *err)
{
	struct conf_read r = {.arena = ARENA_INIT(LIMIT_CONF_ARENA), .dir = -1};

	r.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r.dir < 0)
		return err_set(err, ERR_NOT_FOUND,
		    "fail2ban's configuration cannot be read here. The log "
		    "says why.",
		    "open %s: %m", dir);
	*out = r;
	return 0;
}

int
conf_read_complain(struct conf_read *r, const struct conf_value *at,
    const char *message, struct error *err)
{
	const struct conf_problem p = {
	    .file = at->file, .line = at->line, .message = message};

	return conf_problem_add(&r->problems, &r->arena, &p, err);
}

struct conf_part *
conf_set_part(const struct conf_set *s, const char *name)
{
	for (struct conf_part *p = s->parts; p != NULL; p = p->next)
		if (str_eq(p->name, name))
			return p;
	return NULL;
}

struct conf_value *
conf_part_value(const struct conf_part *p, const char *name)
{
	struct conf_value *v = p == NULL ? NULL : p->values;

	while (v != NULL && !str_eq(v->name, name))
		v = v->next;
	return v;
}

/* --- files ---------------------------------------------------------------- */

static int
file_problem(struct conf_read *r, const char *file, const char *message,
    struct error *err)
{
	const struct conf_problem p = {.file = file, .message = message};

	return conf_problem_add(&r->problems, &r->arena, &p, err);
}

static int
open_file(const struct conf_read *r, const char *path)
{
	AUTO(fd_closep)
	int fd = fd_open_below(r->dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY,
	    0, FILE_LINKS_BELOW);
	struct stat st;
	int own = fd;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = ENOENT; /* as for fail2ban, which skips it */
		return -1;
	}
	fd = -1; /* handed over */
	return own;
}

int
conf_read_raw(const struct conf_read *r, const char *file, struct buf *out,
    struct error *err)
{
	AUTO(fd_closep) int fd = open_file(r, file);

	if (fd < 0)
		return err_set(err, ERR_NOT_FOUND,
		    "There is no such file in fail2ban's configuration, or "
		    "BanGUI may not read it.",
		    "%s: %m", file);
	return file_read_fd(fd, file, out, err);
}

static int
read_items(struct conf_read *r, struct conf_file_read *f, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_CONF_READ);
	AUTO(fd_closep) int fd = open_file(r, f->path);
	struct error why = ERROR_INIT;
	struct conf_read_text t = {.file = f->path};

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (fd < 0)
		return file_problem(r, f->path,
		    "BanGUI may not read this file, or it is a link that "
		    "leads out of the configuration.",
		    err);
	if (file_read_fd(fd, f->path, &text, &why) < 0) {
		if (why.code != ERR_TOO_LARGE) {
			*err = why;
			return -1;
		}
		return file_problem(
		    r, f->path, "This file is too large to be shown.", err);
	}
	f->there = true;
	t.text = buf_str(&text);
	t.len = text.len;
	return conf_read_file(&r->arena, &t, &f->items, &r->problems, err);
}

/* The file, read now or before. NULL: err says why. */
static const struct conf_file_read *
get_file(struct conf_read *r, const char *path, struct error *err)
{
	struct conf_file_read *f = r->files;

	while (f != NULL && !str_eq(f->path, path))
		f = f->next;
	if (f != NULL)
		return f;
	f = conf_read_alloc(&r->arena, sizeof *f, err);
	if (f == NULL)
		return NULL;
	f->path = conf_read_copy(&r->arena, path, strlen(path), err);
	if (f->path == NULL || read_items(r, f, err) < 0)
		return NULL;
	f->next = r->files;
	r->files = f;
	return f;
}

static bool
is_there(const struct conf_read *r, const char *path)
{
	AUTO(fd_closep) int fd = open_file(r, path);

	return fd >= 0;
}

/* --- which files, in which order ------------------------------------------ */

static int
add_path(
    struct conf_read *r, struct paths *to, const char *path, struct error *err)
{
	char *own;

	if (to->n == LIMIT_CONF_INCLUDES)
		return file_problem(r, to->items[0],
		    "So many files belong to this one that not all are shown.",
		    err);
	own = conf_read_copy(&r->arena, path, strlen(path), err);
	if (own == NULL)
		return -1;
	to->items[to->n++] = own;
	return 0;
}

static bool
has_path(const struct paths *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->items[i], path))
			return true;
	return false;
}

/* NN.local of NN.anything; false: it is too long. */
static bool
local_of(const char *path, char out[PATH_SIZE])
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	const char *dot = strrchr(name, '.');
	size_t n =
	    dot == NULL || dot == name ? strlen(path) : (size_t)(dot - path);

	return (size_t)snprintf(out, PATH_SIZE, "%.*s" LOCAL, (int)n, path) <
	       PATH_SIZE;
}

static int add_included(struct conf_read *r, struct paths *to, const char *path,
    const struct way *before, struct error *err);

/* Those of files, and beside each the .local that is not among them. */
static int
add_all_included(struct conf_read *r, struct paths *to,
    const struct paths *files, const struct way *way, struct error *err)
{
	for (size_t i = 0; i < files->n; i++) {
		char local[PATH_SIZE];

		if (add_included(r, to, files->items[i], way, err) < 0)
			return -1;
		if (local_of(files->items[i], local) &&
		    !has_path(files, local) && is_there(r, local) &&
		    add_included(r, to, local, way, err) < 0)
			return -1;
	}
	return 0;
}

static bool
is_on(const struct way *way, const char *path)
{
	for (; way != NULL; way = way->before)
		if (str_eq(way->path, path))
			return true;
	return false;
}

/* The path of an include, below the folder; false: it leads out, or nowhere. */
static bool
resolve(const char *from, const char *name, size_t len, char out[PATH_SIZE])
{
	const char *slash = strrchr(from, '/');
	int dir = slash == NULL ? 0 : (int)(slash - from) + 1;

	if (len == 0 || name[0] == '/')
		return false;
	return (size_t)snprintf(out, PATH_SIZE, "%.*s%.*s", dir, from, (int)len,
		   name) < PATH_SIZE;
}

/* Files of one line each, as [INCLUDES] of the way's file names them. */
static int
add_named(struct conf_read *r, struct paths *to, const char *names,
    const struct way *way, struct error *err)
{
	for (const char *at = names; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		char path[PATH_SIZE];
		struct paths one = {.n = 1};

		one.items[0] = path;
		if (len > 0 && !resolve(way->path, at, len, path)) {
			if (file_problem(r, way->path,
				"This file includes one that is not in "
				"fail2ban's folder and not shown.",
				err) < 0)
				return -1;
		} else if (len > 0 && !is_on(way->before, path) &&
			   add_all_included(r, to, &one, way, err) < 0) {
			return -1;
		}
		at += len + (at[len] == '\n' ? 1 : 0);
	}
	return 0;
}

/* [INCLUDES] of one file, its values written out by that file alone. */
static int
add_option(struct conf_read *r, struct paths *to, const struct conf_set *own,
    const char *option, const struct way *way, struct error *err)
{
	const struct conf_scope scope = {
	    .set = own, .part = conf_set_part(own, "INCLUDES")};
	struct conf_got got = {.text = NULL};

	if (scope.part == NULL)
		return 0;
	if (conf_expand_option(r, &scope, option, &got, err) < 0)
		return -1;
	return got.text == NULL ? 0 : add_named(r, to, got.text, way, err);
}

static int merge(struct conf_read *r, struct conf_set *to,
    const struct conf_file_read *f, struct error *err);

static int
add_included(struct conf_read *r, struct paths *to, const char *path,
    const struct way *before, struct error *err)
{
	const struct way way = {
	    before, path, before == NULL ? 0 : before->depth + 1};
	const struct conf_file_read *f = get_file(r, path, err);
	struct conf_set own = {.n_files = 0};

	if (f == NULL)
		return -1;
	if (!f->there)
		return 0;
	if (way.depth > LIMIT_CONF_INCLUDED)
		return file_problem(r, path,
		    "Too many files include one another to get here.", err);
	if (to->n == LIMIT_CONF_INCLUDES)
		return 0; /* told when it became full */
	if (merge(r, &own, f, err) < 0 ||
	    add_option(r, to, &own, "before", &way, err) < 0 ||
	    add_path(r, to, path, err) < 0)
		return -1;
	return add_option(r, to, &own, "after", &way, err);
}

/* Names in a folder that end so, sorted; glob(3) leaves out hidden ones. */
static int
add_folder(struct conf_read *r, struct paths *to, const char *dir,
    const char *suffix, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(fd_closep)
	int fd = fd_open_below(
	    r->dir, dir, O_RDONLY | O_DIRECTORY, 0, FILE_LINKS_BELOW);
	AUTO(dir_closep) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL)
		return 0;
	fd = -1; /* d's now */
	while ((e = readdir(d)) != NULL) {
		size_t n = strlen(e->d_name);

		if (e->d_name[0] != '.' && n > strlen(suffix) &&
		    str_eq(e->d_name + n - strlen(suffix), suffix) &&
		    names.n < LIMIT_CONF_INCLUDES &&
		    str_list_add(&names, e->d_name, n, err) < 0)
			return -1;
	}
	str_list_sort(&names);
	for (size_t i = 0; i < names.n; i++) {
		char path[PATH_SIZE];

		if ((size_t)snprintf(path, sizeof path, "%s/%s", dir,
			names.items[i]) < sizeof path &&
		    add_path(r, to, path, err) < 0)
			return -1;
	}
	return 0;
}

static int
add_file(struct conf_read *r, struct paths *to, const char *name,
    const char *suffix, struct error *err)
{
	char path[PATH_SIZE];

	if ((size_t)snprintf(path, sizeof path, "%s%s", name, suffix) >=
		sizeof path ||
	    !is_there(r, path))
		return 0;
	return add_path(r, to, path, err);
}

/* --- values over values --------------------------------------------------- */

static struct conf_part *
get_part(struct conf_read *r, struct conf_set *s, const char *name,
    struct error *err)
{
	struct conf_part **end = &s->parts;
	struct conf_part *p;

	if (str_eq(name, "DEFAULT"))
		return &s->defaults;
	while (*end != NULL && !str_eq((*end)->name, name))
		end = &(*end)->next;
	if (*end != NULL)
		return *end;
	p = conf_read_alloc(&r->arena, sizeof *p, err);
	if (p != NULL) {
		p->name = name;
		*end = p;
	}
	return p;
}

static int
put_value(struct conf_read *r, struct conf_part *p,
    const struct conf_value *value, struct error *err)
{
	struct conf_value **end = &p->values;
	struct conf_value *own = conf_read_alloc(&r->arena, sizeof *own, err);

	if (own == NULL)
		return -1;
	*own = *value;
	own->next = NULL;
	while (*end != NULL && !str_eq((*end)->name, value->name))
		end = &(*end)->next;
	if (*end != NULL) {
		own->over = *end;
		own->next = (*end)->next;
	}
	*end = own;
	return 0;
}

/*
 * "[Init?family=inet6]" belongs to Init, and its options get the condition
 * behind their names. *section becomes the name without it.
 */
static int
split_condition(struct conf_read *r, const char **section,
    const char **condition, struct error *err)
{
	const char *s = *section;
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	*condition = "";
	if (n == 0 || s[n] != '?' || s[n + 1] == '\0')
		return 0;
	*condition = s + n;
	*section = conf_read_copy(&r->arena, s, n, err);
	return *section == NULL ? -1 : 0;
}

static int
merge_item(struct conf_read *r, struct conf_set *to, const char *file,
    const struct conf_item *i, struct error *err)
{
	struct conf_value v = {.raw = i->value, .file = file, .line = i->line};
	const char *section = i->section;
	const char *condition = "";
	struct conf_part *p;
	char *name;

	if (split_condition(r, &section, &condition, err) < 0)
		return -1;
	p = get_part(r, to, section, err);
	if (p == NULL)
		return -1;
	if (p->file == NULL) {
		p->file = file;
		p->line = i->line;
	}
	if (i->name == NULL)
		return 0;
	v.name = i->name;
	if (condition[0] != '\0') {
		size_t n = strlen(i->name);

		name =
		    conf_read_alloc(&r->arena, n + strlen(condition) + 1, err);
		if (name == NULL)
			return -1;
		memcpy(name, i->name, n);
		memcpy(name + n, condition, strlen(condition));
		v.name = name;
	}
	return put_value(r, p, &v, err);
}

static int
merge(struct conf_read *r, struct conf_set *to, const struct conf_file_read *f,
    struct error *err)
{
	for (const struct conf_item *i = f->items; i != NULL; i = i->next)
		if (merge_item(r, to, f->path, i, err) < 0)
			return -1;
	if (to->n_files < LIMIT_CONF_INCLUDES)
		to->files[to->n_files++] = f->path;
	return 0;
}

int
conf_read_set(struct conf_read *r, const char *name, struct conf_set *out,
    struct error *err)
{
	struct conf_set set = {.defaults = {.name = "DEFAULT"}};
	struct paths files = {.n = 0};
	struct paths all = {.n = 0};
	char dir[PATH_SIZE];

	if ((size_t)snprintf(dir, sizeof dir, "%s.d", name) >= sizeof dir)
		return 0;
	if (add_file(r, &files, name, CONF, err) < 0 ||
	    add_folder(r, &files, dir, CONF, err) < 0 ||
	    add_file(r, &files, name, LOCAL, err) < 0 ||
	    add_folder(r, &files, dir, LOCAL, err) < 0 ||
	    add_all_included(r, &all, &files, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct conf_file_read *f = get_file(r, all.items[i], err);

		if (f == NULL || merge(r, &set, f, err) < 0)
			return -1;
	}
	*out = set;
	return set.n_files > 0 ? 1 : 0;
}
