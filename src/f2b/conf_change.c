/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_change.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "f2b/conf_option.h"
#include "f2b/conf_text.h"

_Static_assert(crypto_hash_sha256_BYTES * 2 + 1 == CONF_HASH_SIZE, "hex");

enum { PATH_SIZE = 1024 };

void
conf_hash(const void *bytes, size_t len, char out[CONF_HASH_SIZE])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(hash, bytes, len); /* never fails */
	(void)sodium_bin2hex(out, CONF_HASH_SIZE, hash, sizeof hash);
}

/* --- from the words ------------------------------------------------------- */

static int
field(size_t i, const char *part, const char *message, struct error *err)
{
	char name[ERR_FIELD_SIZE];

	(void)snprintf(name, sizeof name, "changes[%zu].%s", i, part);
	err_field_at(err, __func__, name, message);
	return -1;
}

static bool
is_hash(const char *s)
{
	return str_eq(s, CONF_ABSENT) ||
	       (strlen(s) == CONF_HASH_SIZE - 1 &&
		   strspn(s, "0123456789abcdef") == CONF_HASH_SIZE - 1);
}

static bool
is_there(const struct conf_changes *c, const struct conf_file *f)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].file.dir == f->dir &&
		    str_eq(c->items[i].file.name, f->name))
			return true;
	return false;
}

/* The next one of out. */
static int
read_one(const char *const *words, struct conf_changes *out, struct error *err)
{
	size_t i = out->n;
	struct conf_change c = {.expected = words[1],
	    .remove = str_eq(words[2], "remove"),
	    .text = words[3]};

	if (!conf_file_parse(words[0], &c.file))
		return field(i, "file",
		    "Name a file jail.d/NAME.local or filter.d/NAME.local.",
		    err);
	if (is_there(out, &c.file))
		return field(i, "file", "This file comes twice.", err);
	if (!is_hash(c.expected))
		return field(i, "hash",
		    "Give the SHA-256 of the file as you know it, or -.", err);
	if (!c.remove && !str_eq(words[2], "write"))
		return field(i, "act", "Say write or remove.", err);
	if (c.remove && str_eq(c.expected, CONF_ABSENT))
		return field(i, "act", "What is not there stays so.", err);
	if (c.remove && c.text[0] != '\0')
		return field(i, "text", "A file removed has no text.", err);
	out->items[out->n++] = c;
	return 0;
}

int
conf_changes_read(const char *const *words, size_t n, struct conf_changes *out,
    struct error *err)
{
	struct conf_changes c = {.n = 0};

	if (n == 0 || n % CONF_CHANGE_WORDS != 0 ||
	    n / CONF_CHANGE_WORDS > LIMIT_CONF_CHANGES)
		return err_field(err, "changes", "Give 1 to 16 changes.");
	for (size_t i = 0; i < n; i += CONF_CHANGE_WORDS)
		if (read_one(words + i, &c, err) < 0)
			return -1;
	*out = c;
	return 0;
}

/* --- against the table ---------------------------------------------------- */

bool
conf_changes_need_full(const struct conf_changes *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i].file.dir == CONF_ACTION)
			return true;
	return false;
}

struct tree {
	const char *dir;
	const struct conf_changes *changes;
};

/* A .conf, or a .local that is or will be there. */
static bool
exists(const void *ctx, enum conf_dir dir, const char *name)
{
	const struct tree *t = ctx;
	char path[PATH_SIZE];
	int n;

	n = snprintf(path, sizeof path, "%s/%s/%s.conf", t->dir,
	    conf_dir_name(dir), name);
	if (n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0)
		return true;
	n = snprintf(path, sizeof path, "%s.local", name);
	for (size_t i = 0; i < t->changes->n; i++) {
		const struct conf_change *c = &t->changes->items[i];

		if (c->file.dir == dir && str_eq(c->file.name, path))
			return !c->remove;
	}
	n = snprintf(path, sizeof path, "%s/%s/%s.local", t->dir,
	    conf_dir_name(dir), name);
	return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

static int
check_one(const struct conf_change *c, const char *name,
    const struct conf_rules *rules, struct error *err)
{
	AUTO(conf_text_release) struct conf_text text = CONF_TEXT_INIT;

	if (c->remove)
		return 0;
	if (conf_text_parse(c->text, strlen(c->text), name, &text, err) < 0)
		return -1;
	return conf_option_check(&text, c->file.dir, name, rules, err);
}

int
conf_changes_check(const struct conf_changes *c, const char *dir,
    const char *const *log_dirs, struct error *err)
{
	const struct tree tree = {dir, c};
	const struct conf_rules rules = {log_dirs, exists, &tree};
	int rc = 0;

	for (size_t i = 0; i < c->n; i++) {
		char name[sizeof "changes[18446744073709551615]"];

		(void)snprintf(name, sizeof name, "changes[%zu]", i);
		if (check_one(&c->items[i], name, &rules, err) < 0)
			rc = -1;
	}
	return rc;
}
