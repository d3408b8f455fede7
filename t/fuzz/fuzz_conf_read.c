/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of a configuration that anybody wrote: what is read of one is clean,
 * stands where it says, and is read the same when it is written again; and a
 * jail, a filter and an action made of it come to an end.
 */
#include "t/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "f2b/arena.h"
#include "f2b/conf_define.h"
#include "f2b/conf_jail.h"
#include "f2b/conf_read.h"

enum { PATH_SIZE = 128 };

/* In memory: fail2ban's folder, with one file under three names. */
static char dir[PATH_SIZE];
static const char *const FILES[] = {
    "/jail.conf", "/filter.d/x.conf", "/action.d/x.conf"};

static void
path_of(const char *name, char out[PATH_SIZE])
{
	FUZZ_REQUIRE(snprintf(out, PATH_SIZE, "%s%s", dir, name) < PATH_SIZE);
}

static void
put(const uint8_t *data, size_t size)
{
	char path[PATH_SIZE];
	FILE *f;

	path_of(FILES[0], path);
	f = fopen(path, "w");
	FUZZ_REQUIRE(f != NULL);
	FUZZ_REQUIRE(size == 0 || fwrite(data, 1, size, f) == size);
	FUZZ_REQUIRE(fclose(f) == 0);
}

static void
remove_all(void)
{
	static const char *const DIRS[] = {"/filter.d", "/action.d", ""};
	char path[PATH_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(FILES); i++) {
		path_of(FILES[i], path);
		(void)unlink(path); /* what is left is in a temporary place */
	}
	for (size_t i = 0; i < ARRAY_LEN(DIRS); i++) {
		path_of(DIRS[i], path);
		(void)rmdir(path);
	}
}

static void
make_all(void)
{
	static const char *const DIRS[] = {"", "/filter.d", "/action.d"};
	char path[PATH_SIZE];
	char other[PATH_SIZE];

	if (dir[0] != '\0')
		return;
	(void)snprintf(dir, 64, "/dev/shm/bangui-fuzz-%d", (int)getpid());
	for (size_t i = 0; i < ARRAY_LEN(DIRS); i++) {
		path_of(DIRS[i], path);
		FUZZ_REQUIRE(mkdir(path, 0700) == 0);
	}
	put(NULL, 0);
	path_of(FILES[0], path);
	for (size_t i = 1; i < ARRAY_LEN(FILES); i++) {
		path_of(FILES[i], other);
		FUZZ_REQUIRE(link(path, other) == 0);
	}
	FUZZ_REQUIRE(atexit(remove_all) == 0);
}

static bool
is_trimmed(const char *s)
{
	size_t n = strlen(s);

	return conf_blank_first(s, n) == 0 && conf_blank_last(s, n) == 0;
}

/* Each value has a line of its own, in order; and no end that is a blank. */
static void
check_items(const struct conf_item *items)
{
	unsigned line = 0;

	for (; items != NULL; items = items->next) {
		FUZZ_REQUIRE(items->line > line);
		line = items->line;
		FUZZ_REQUIRE(items->section[0] != '\0');
		if (items->name == NULL)
			continue;
		FUZZ_REQUIRE(is_trimmed(items->name));
		FUZZ_REQUIRE(
		    items->value[0] == '\0' ||
		    conf_blank_last(items->value, strlen(items->value)) == 0);
	}
}

/* Without comments, and each section once, which DEFAULT need not be. */
static bool
write_items(const struct conf_item *items, struct buf *out)
{
	const char *section = "";

	for (; items != NULL; items = items->next) {
		if (items->name == NULL) {
			section = items->section;
			buf_addf(out, "[%s]\n", items->section);
			continue;
		}
		if (!str_eq(section, items->section) ||
		    strpbrk(items->value, "#;\n") != NULL ||
		    strpbrk(items->name, "#;[\n") != NULL ||
		    items->name[0] == '\0')
			return false;
		buf_addf(out, "%s = %s\n", items->name, items->value);
	}
	return !out->failed;
}

static void
check_again(const struct conf_item *items)
{
	AUTO(buf_release) struct buf text = BUF_INIT(4L * 1024 * 1024);
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CONF_ARENA);
	struct conf_problems problems = {.n = 0};
	struct conf_read_text t = {.file = "again"};
	struct conf_item *again = NULL;
	struct error err = ERROR_INIT;

	for (const struct conf_item *i = items; i != NULL; i = i->next)
		if (strpbrk(i->section, ";#\n") != NULL ||
		    !is_trimmed(i->section))
			return;
	if (!write_items(items, &text))
		return;
	t.text = buf_str(&text);
	t.len = text.len;
	if (conf_read_file(&a, &t, &again, &problems, &err) < 0)
		return;
	FUZZ_REQUIRE(problems.n == 0);
	for (; items != NULL && again != NULL;
	     items = items->next, again = again->next) {
		FUZZ_REQUIRE((items->name == NULL) == (again->name == NULL));
		FUZZ_REQUIRE(str_eq(items->section, again->section));
		FUZZ_REQUIRE(items->name == NULL ||
			     (str_eq(items->name, again->name) &&
				 str_eq(items->value, again->value)));
	}
	FUZZ_REQUIRE(items == NULL && again == NULL);
}

static void
read_all(struct conf_read *r, struct error *err)
{
	const struct conf_use use = {.name = "x"};
	struct conf_jails jails = {.set = {.n_files = 0}};
	struct conf_definition d;
	struct conf_dict out = {NULL, NULL};

	if (conf_jails_read(r, "1", "/x", &jails, err) < 0)
		return;
	for (const struct conf_part *p = jails.set.parts; p != NULL;
	     p = p->next) {
		struct conf_jail j;

		if (conf_jail_read(r, &jails, p, &j, err) < 0)
			return;
	}
	if (conf_definition_read(r, CONF_ACTION, &use, &d, err) == 1 &&
	    conf_definition_take(r, &d, CONF_ACTION, NULL, true, err) == 0 &&
	    conf_definition_combine(r, &d, CONF_ACTION, &out, err) == 0)
		for (const struct conf_pair *p = out.first; p != NULL;
		     p = p->next)
			FUZZ_REQUIRE(strlen(p->text) <= LIMIT_CONF_VALUE);
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	const struct conf_read_text t = {
	    .file = "x", .text = (const char *)data, .len = size};
	struct conf_item *items = NULL;
	struct error err = ERROR_INIT;

	make_all();
	put(data, size);
	FUZZ_REQUIRE(conf_read_open(&r, dir, &err) == 0);
	if (conf_read_file(&r.arena, &t, &items, &r.problems, &err) == 0) {
		if (r.problems.n == 0) {
			check_items(items);
			check_again(items);
		}
		read_all(&r, &err);
	}
	FUZZ_REQUIRE(err.code == ERR_NONE || err.code == ERR_CONFLICT);
	return items != NULL && r.problems.n == 0 ? 1 : 0;
}
