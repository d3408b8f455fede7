/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make_mmdb LAYOUT OUT <TABLE: a MaxMind DB file of a table. A line of it is
 * NETWORK CODE ASN NAME[/ORG], as in "203.0.113.0/24 DE 64500 Germany/Example
 * Net"; a smaller network stands behind the larger one that holds it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/macros.h"
#include "t/lib/mmdb_maker.h"

enum { FILE_MAX = 1024 * 1024 * 1024 };

static int
usage(void)
{
	(void)fputs("usage: make_mmdb LAYOUT OUT <TABLE\nlayouts:", stderr);
	for (int i = 0; i < MMDB_LAYOUT__MAX; i++)
		(void)fprintf(
		    stderr, " %s", mmdb_layout_name((enum mmdb_layout)i));
	(void)fputs("\n", stderr);
	return 2;
}

static enum mmdb_layout
layout_find(const char *name)
{
	int i = 0;

	while (i < MMDB_LAYOUT__MAX &&
	       strcmp(name, mmdb_layout_name((enum mmdb_layout)i)) != 0)
		i++;
	return (enum mmdb_layout)i;
}

static bool
line_take(struct mmdb_maker *m, enum mmdb_layout layout, char *line)
{
	char net[64], code[8], name[256] = "";
	struct mmdb_place p = {.code = code, .name = name, .org = ""};
	char *slash;

	line[strcspn(line, "\n")] = '\0';
	/* the widths are one less than the sizes */
	if (sscanf(line, "%63s %7s %u %255[^\n]", net, code, &p.asn, name) < 3)
		return false;
	slash = strchr(name, '/');
	if (slash != NULL) {
		*slash = '\0';
		p.org = slash + 1;
	}
	mmdb_add(m, net, mmdb_record(m, layout, &p));
	return true;
}

static bool
write_out(const struct mmdb_maker *m, const char *path)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	FILE *out = fopen(path, "wb");
	bool ok;

	if (out == NULL)
		return false;
	mmdb_finish(m, &file);
	ok = fwrite(file.data, 1, file.len, out) == file.len;
	return fclose(out) == 0 && ok;
}

int
main(int argc, char **argv)
{
	AUTO(mmdb_release) struct mmdb_maker m = {0};
	enum mmdb_layout layout;
	char line[512];

	if (argc != 3 || (layout = layout_find(argv[1])) == MMDB_LAYOUT__MAX)
		return usage();
	mmdb_init(&m, 28, 6, argv[1]);
	while (fgets(line, sizeof line, stdin) != NULL)
		if (line[0] != '#' && !line_take(&m, layout, line)) {
			(void)fprintf(stderr, "make_mmdb: %s\n", line);
			return 1;
		}
	if (!write_out(&m, argv[2])) {
		(void)fprintf(stderr, "make_mmdb: %s: %m\n", argv[2]);
		return 1;
	}
	return 0;
}
