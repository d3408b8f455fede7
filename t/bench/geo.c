/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Countries of a million distinct addresses: as the archive asks for them,
 * beside libmaxminddb alone, in turns. Prints "ours_us bare_us", medians;
 * fails when the two do not find the same.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <maxminddb.h>

#include "base/addr.h"
#include "base/addr_kind.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/time.h"
#include "service/app.h"
#include "service/geo/geo.h"
#include "t/lib/mmdb_maker.h"

enum {
	NETWORKS = 400000,
	ADDRESSES = 1000000,
	COUNTRIES = 26 * 26,
	TURNS_MAX = 100,
	FILE_MAX = 512 * 1024 * 1024,
	V4_AT = 12,
};

struct bench {
	char dir[64];
	char path[128]; /* of the file as the workers have it */
	struct settings settings;
	struct app app;
	uint32_t *addresses;
	MMDB_s bare;
};

static void
die(const char *what)
{
	(void)fprintf(stderr, "bench geo: %s\n", what);
	exit(1);
}

/* A permutation of 32-bit numbers: no address comes twice. */
static uint32_t
scatter(uint32_t i)
{
	i *= 2654435761U;
	return i ^ i >> 15;
}

static struct addr
addr_of(uint32_t v)
{
	struct addr a = {.prefix_len = 128};

	a.bytes[10] = a.bytes[11] = 0xff;
	for (int i = 0; i < 4; i++)
		a.bytes[V4_AT + i] = (uint8_t)(v >> (24 - 8 * i));
	return a;
}

static void
add_country(struct mmdb_maker *m, uint32_t *records, size_t *n, char *code)
{
	const struct mmdb_place p = {
	    .code = code, .name = "A country", .org = ""};

	if (geo_is_country(code, 2))
		records[(*n)++] = mmdb_record(m, MMDB_GEOLITE_COUNTRY, &p);
}

/* Large networks first, for smaller ones lie within them. */
static void
add_networks(struct mmdb_maker *m, const uint32_t *records, size_t n)
{
	char net[32];

	for (uint32_t i = 0; i < NETWORKS; i++) {
		uint32_t bits = 10 + i / (NETWORKS / 14);
		uint32_t v = scatter(i) & ~0U << (32 - bits);

		(void)snprintf(net, sizeof net, "%u.%u.%u.%u/%u", v >> 24,
		    v >> 16 & 255, v >> 8 & 255, v & 255, bits);
		mmdb_add(m, net, records[i % n]);
	}
}

static void
make_file(const char *path)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	uint32_t records[COUNTRIES];
	char code[3] = "";
	size_t n = 0;
	FILE *out = fopen(path, "wb");

	mmdb_init(&m, 28, 6, "Bench-Country");
	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
			add_country(&m, records, &n, code);
	add_networks(&m, records, n);
	mmdb_finish(&m, &file);
	if (out == NULL || fwrite(file.data, 1, file.len, out) != file.len ||
	    fclose(out) != 0)
		die("cannot write the file");
}

static void
choose_addresses(struct bench *b)
{
	size_t n = 0;

	b->addresses = calloc(ADDRESSES, sizeof *b->addresses);
	if (b->addresses == NULL)
		die("no memory");
	for (uint32_t i = 0; n < ADDRESSES; i++) {
		struct addr a = addr_of(scatter(i));

		if (addr_kind(&a) == ADDR_GLOBAL)
			b->addresses[n++] = scatter(i);
	}
}

static void
open_both(struct bench *b)
{
	struct error err = ERROR_INIT;

	b->app = (struct app){.settings = &b->settings, .now_s = time_now_s};
	if (geo_new(&b->app.geo, &b->settings, &err) < 0 ||
	    MMDB_open(b->path, MMDB_MODE_MMAP, &b->bare) != MMDB_SUCCESS)
		die("cannot open the file");
}

static void
prepare(struct bench *b)
{
	const char *tmp = getenv("TMPDIR");
	char geoip[80];

	(void)snprintf(b->dir, sizeof b->dir, "%s/bangui-b-XXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(b->dir) == NULL)
		die("no directory");
	(void)snprintf(geoip, sizeof geoip, "%s/geoip", b->dir);
	(void)snprintf(b->path, sizeof b->path, "%s/country.mmdb", geoip);
	if (mkdir(geoip, 0700) < 0)
		die("no directory");
	(void)snprintf(
	    b->settings.state_dir, sizeof b->settings.state_dir, "%s", b->dir);
	(void)snprintf(b->settings.geoip_db_path,
	    sizeof b->settings.geoip_db_path, "%s", b->path);
	make_file(b->path);
	choose_addresses(b);
	open_both(b);
}

static void
clean(struct bench *b)
{
	char geoip[80];

	geo_freep(&b->app.geo);
	MMDB_close(&b->bare);
	free(b->addresses);
	(void)unlink(b->path);
	(void)snprintf(geoip, sizeof geoip, "%s/geoip", b->dir);
	(void)rmdir(geoip);
	(void)rmdir(b->dir);
}

static void
count(uint32_t *counts, const char *code)
{
	counts[(code[0] - 'A') * 26 + code[1] - 'A']++;
}

static int64_t
pass_ours(struct bench *b, uint32_t *counts)
{
	int64_t from = time_mono_us();

	for (size_t i = 0; i < ADDRESSES; i++) {
		struct addr a = addr_of(b->addresses[i]);
		struct geo_answer answer;

		geo_resolve_local(&b->app, &a, &answer);
		if (answer.country_code[0] != '\0')
			count(counts, answer.country_code);
	}
	return time_mono_us() - from;
}

static int64_t
pass_bare(struct bench *b, uint32_t *counts)
{
	static const char *const PATH[] = {"country", "iso_code", NULL};
	int64_t from = time_mono_us();

	for (size_t i = 0; i < ADDRESSES; i++) {
		struct sockaddr_in in = {.sin_family = AF_INET};
		MMDB_lookup_result_s r;
		MMDB_entry_data_s data;
		int status;

		in.sin_addr.s_addr = htonl(b->addresses[i]);
		r = MMDB_lookup_sockaddr(
		    &b->bare, (const struct sockaddr *)&in, &status);
		if (status == MMDB_SUCCESS && r.found_entry &&
		    MMDB_aget_value(&r.entry, &data, PATH) == MMDB_SUCCESS)
			count(counts, data.utf8_string);
	}
	return time_mono_us() - from;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
main(int argc, char **argv)
{
	static uint32_t ours[COUNTRIES], bare[COUNTRIES];
	static struct bench b;
	int64_t times[2][TURNS_MAX], turns;

	if (argc != 2 ||
	    !num_parse_i64(argv[1], strlen(argv[1]), 1, TURNS_MAX, &turns)) {
		(void)fprintf(stderr, "usage: geo TURNS\n");
		return 2;
	}
	prepare(&b);
	for (int64_t i = 0; i < turns; i++) {
		times[0][i] = pass_ours(&b, ours);
		times[1][i] = pass_bare(&b, bare);
	}
	clean(&b);
	if (memcmp(ours, bare, sizeof ours) != 0)
		die("the two do not find the same");
	for (int i = 0; i < 2; i++)
		qsort(times[i], (size_t)turns, sizeof times[i][0], by_value);
	(void)printf("%lld %lld\n", (long long)times[0][turns / 2],
	    (long long)times[1][turns / 2]);
	return 0;
}
