/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives a fuzz target its corpus: each file of t/fuzz/corpus/NAME (of the
 * program fuzz_NAME), or of the directories named, whole, cut at each length
 * and with each bit flipped. One TAP line a directory.
 */
#include "t/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/macros.h"

enum {
	FILE_MAX = 1024 * 1024,
	FLIPS_MAX = 4096 /* bits of a file; more take every nth */
};

struct tally {
	size_t files, accepted, refused;
};

/* The input stands alone on the heap, so that a read past it is seen. */
static void
feed(const char *data, size_t n, struct tally *t)
{
	uint8_t *copy = malloc(n ? n : 1);

	FUZZ_REQUIRE(copy);
	if (n)
		memcpy(copy, data, n);
	if (fuzz_one(copy, n))
		t->accepted++;
	else
		t->refused++;
	free(copy);
}

static void
feed_variants(struct buf *b, struct tally *t)
{
	size_t step = b->len * 8 / FLIPS_MAX + 1;

	feed(b->data, b->len, t);
	for (size_t n = 0; n < b->len; n += step)
		feed(b->data, n, t);
	for (size_t bit = 0; bit < b->len * 8; bit += step) {
		b->data[bit / 8] = (char)(b->data[bit / 8] ^ 1 << bit % 8);
		feed(b->data, b->len, t);
		b->data[bit / 8] = (char)(b->data[bit / 8] ^ 1 << bit % 8);
	}
}

static bool
replay_file(const char *path, struct tally *t)
{
	AUTO(buf_release) struct buf b = BUF_INIT(FILE_MAX);
	struct error err = ERROR_INIT;

	if (file_read(path, &b, &err) < 0)
		return false;
	t->files++;
	if (b.len > 0)
		feed_variants(&b, t);
	return true;
}

static bool
replay_dir(const char *dir, struct tally *t)
{
	AUTO(buf_release) struct buf path = BUF_INIT(4096);
	struct dirent *e;
	DIR *d = opendir(dir);
	bool ok = d != NULL;

	while (ok && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		buf_clear(&path);
		buf_addf(&path, "%s/%s", dir, e->d_name);
		ok = replay_file(buf_str(&path), t);
	}
	if (d)
		(void)closedir(d);
	return ok;
}

/* A corpus that is only taken, or only refused, shows nothing. */
static bool
report(int n, const char *dir)
{
	struct tally t = {0};
	bool ok = replay_dir(dir, &t) && t.files > 0 && t.accepted > 0 &&
		  t.refused > 0;

	(void)printf("%sok %d - the corpus is replayed (%zu files, %zu inputs "
		     "accepted, %zu refused)\n",
	    ok ? "" : "not ", n, t.files, t.accepted, t.refused);
	return ok;
}

int
main(int argc, char **argv)
{
	AUTO(buf_release) struct buf dir = BUF_INIT(4096);
	const char *srcdir = getenv("srcdir");
	const char *name = strstr(argv[0], "fuzz_");
	bool ok = true;

	(void)printf("1..%d\n", argc > 1 ? argc - 1 : 1);
	for (int i = 1; i < argc; i++)
		ok = report(i, argv[i]) && ok;
	if (argc > 1 || !name)
		return ok ? 0 : 1;
	buf_addf(&dir, "%s/t/fuzz/corpus/%s", srcdir ? srcdir : ".",
	    name + strlen("fuzz_"));
	return report(1, buf_str(&dir)) ? 0 : 1;
}
