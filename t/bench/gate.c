/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gate SOCKET N: asks fail2ban's version N times on one connection, and prints
 * the median of what one took, in microseconds. Then it keeps the connection
 * until its standard input ends, so that whoever serves it can be looked at.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "base/num.h"
#include "base/time.h"
#include "f2b/cmd.h"

enum { N_MAX = 1000000, WARM = 200 };

static int
compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
measure(struct f2b *f, int64_t *took, int64_t n, struct error *err)
{
	char version[F2B_VERSION_SIZE];

	for (int64_t i = -WARM; i < n; i++) {
		int64_t begun = time_mono_us();

		if (f2b_version(f, version, err) < 0)
			return -1;
		if (i >= 0)
			took[i] = time_mono_us() - begun;
	}
	qsort(took, (size_t)n, sizeof *took, compare);
	return 0;
}

int
main(int argc, char **argv)
{
	AUTO(f2b_freep) struct f2b *f = NULL;
	struct error err = ERROR_INIT;
	int64_t n = 0;
	int64_t *took;
	int rc;

	if (argc != 3 || !num_parse_i64(argv[2], strlen(argv[2]), 1, N_MAX, &n))
		return 2;
	took = calloc((size_t)n, sizeof *took);
	if (took == NULL || f2b_new(&f, argv[1], &err) < 0)
		return 1;
	f2b_greets(f, POLICY_OBSERVE);
	rc = measure(f, took, n, &err);
	if (rc == 0)
		(void)printf("%" PRId64 "\n", took[n / 2]);
	else
		(void)fprintf(stderr, "%s\n", err.detail);
	free(took);
	(void)fflush(stdout);
	while (rc == 0 && getchar() != EOF)
		continue;
	return rc == 0 ? 0 : 1;
}
