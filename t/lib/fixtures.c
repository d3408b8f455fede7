/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/fixtures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/unit.h"

/* ustar: a header block (name at 0, size in octal at 124, type at 156), then
 * the content, filled up to whole blocks. */
enum { BLOCK = 512, NAME_SIZE = 100, SIZE_AT = 124, SIZE_LEN = 11 };
enum { TYPE_AT = 156 };

static void
read_archive(struct fixtures *f)
{
	char path[4096];
	const char *dir = getenv("builddir");
	FILE *in;
	long len;

	(void)snprintf(path, sizeof path, "%s/t/fixtures/f2b.tar",
	    dir == NULL ? "." : dir);
	in = fopen(path, "rb");
	if (in == NULL)
		fail_msg("%s is missing: make check builds it", path);
	assert_int_equal(fseek(in, 0, SEEK_END), 0);
	len = ftell(in);
	assert_true(len > 0);
	rewind(in);
	f->len = (size_t)len;
	f->archive = malloc(f->len);
	assert_non_null(f->archive);
	assert_int_equal(fread(f->archive, 1, f->len, in), f->len);
	(void)fclose(in);
}

static size_t
octal(const uint8_t *s, size_t n)
{
	size_t v = 0;

	for (; n > 0 && *s >= '0' && *s <= '7'; s++, n--)
		v = v * 8 + (size_t)(*s - '0');
	return v;
}

static void
add_file(struct fixtures *f, const uint8_t *header, size_t len)
{
	struct fixture *item;

	f->items = reallocarray(f->items, f->n + 1, sizeof *f->items);
	assert_non_null(f->items);
	item = &f->items[f->n++];
	memset(item, 0, sizeof *item);
	memcpy(item->name, header, NAME_SIZE);
	item->data = header + BLOCK;
	item->len = len;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct fixture *)a)->name,
	    ((const struct fixture *)b)->name);
}

void
fixtures_load(struct fixtures *f)
{
	*f = (struct fixtures){0};
	read_archive(f);
	for (size_t at = 0; at + BLOCK <= f->len && f->archive[at] != 0;) {
		const uint8_t *header = f->archive + at;
		size_t len = octal(header + SIZE_AT, SIZE_LEN);

		assert_true(len <= f->len - at - BLOCK);
		if (header[TYPE_AT] == '0')
			add_file(f, header, len);
		at += BLOCK + (len + BLOCK - 1) / BLOCK * BLOCK;
	}
	assert_true(f->n > 2000);
	qsort(f->items, f->n, sizeof *f->items, by_name);
}

void
fixtures_release(struct fixtures *f)
{
	free(f->items);
	free(f->archive);
	*f = (struct fixtures){0};
}

const struct fixture *
fixtures_find(const struct fixtures *f, const char *name)
{
	struct fixture key = {0};

	(void)snprintf(key.name, sizeof key.name, "%s", name);
	return bsearch(&key, f->items, f->n, sizeof key, by_name);
}

bool
fixture_ends(const struct fixture *item, const char *ending)
{
	size_t n = strlen(item->name);
	size_t k = strlen(ending);

	return n > k && strcmp(item->name + (n - k), ending) == 0;
}

bool
fixture_in(const struct fixture *item, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(item->name, folder, n) == 0 && item->name[n] == '/';
}

const struct fixture *
fixtures_beside(const struct fixtures *f, const struct fixture *item,
    const char *ending, const char *other)
{
	char name[sizeof item->name];

	if (!fixture_ends(item, ending))
		return NULL;
	(void)snprintf(name, sizeof name, "%.*s%s",
	    (int)(strlen(item->name) - strlen(ending)), item->name, other);
	return fixtures_find(f, name);
}
