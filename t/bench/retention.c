/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a writer feels of the reaper: 500 upserts a second into geo_cache, for
 * some seconds alone and then beside bangui-reaper, which finds a third of
 * the rows stale. Prints one line of numbers:
 *
 *	alone_p999_us alone_worst_us beside_p999_us beside_worst_us
 *	wal_bytes reaper_ms deleted
 *
 * usage: retention PROGRAM ROWS SECONDS
 */
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/num.h"
#include "base/time.h"
#include "db/db.h"
#include "db/migrate.h"
#include "store/geo_cache_store.h"
#include "store/migrations.h"
#include "store/store.h"

enum {
	PER_S = 500,
	GAP_US = 1000000 / PER_S,
	SAMPLES_MAX = 120 * PER_S,
	TXN_ROWS = 100000,
	STALE_S = 91 * 86400,
	V4_AT = 12,
};

struct bench {
	char dir[64];
	char wal[128];
	struct db *db;
	uint32_t rows;
	uint32_t n; /* upserts so far */
	int64_t now;
	int64_t took_us[SAMPLES_MAX];
	size_t samples;
	int64_t wal_bytes;
	int status; /* of the reaper, once it has ended */
};

static _Noreturn void
die(const char *what, const struct error *err)
{
	(void)fprintf(stderr, "bench retention: %s %s\n", what,
	    err != NULL ? err->detail : "");
	exit(1);
}

/* A permutation of 32-bit numbers: no address comes twice. */
static uint32_t
scatter(uint32_t i)
{
	i *= 2654435761U;
	return i ^ i >> 15;
}

static void
put(struct bench *b, uint32_t i, int64_t seen)
{
	struct geo_cache_row row = {
	    .answer = {.country_code = "DE",
		       .country_name = "Germany",
		       .asn = 64500 + i % 1000,
		       .as_org = "An organisation"},
	    .source = "ip-api",
	    .resolved_at = seen,
	};
	struct addr a = {.prefix_len = 128};
	struct error err = ERROR_INIT;
	uint32_t v = scatter(i);

	a.bytes[10] = a.bytes[11] = 0xff;
	for (int k = 0; k < 4; k++)
		a.bytes[V4_AT + k] = (uint8_t)(v >> (24 - 8 * k));
	if (geo_cache_store_put(b->db, &a, &row, &err) < 0)
		die("put", &err);
}

/* In the order of the key, which is the quickest way to get there. */
static int
by_scatter(const void *a, const void *b)
{
	uint32_t x = scatter(*(const uint32_t *)a);
	uint32_t y = scatter(*(const uint32_t *)b);

	return (x > y) - (x < y);
}

static void
fill(struct bench *b)
{
	uint32_t *order = calloc(b->rows, sizeof *order);
	struct error err = ERROR_INIT;

	if (order == NULL)
		die("no memory", NULL);
	for (uint32_t i = 0; i < b->rows; i++)
		order[i] = i;
	qsort(order, b->rows, sizeof *order, by_scatter);
	for (uint32_t at = 0; at < b->rows; at += TXN_ROWS) {
		struct db_txn txn = DB_TXN_INIT;

		if (db_txn_begin(&txn, b->db, &err) < 0)
			die("begin", &err);
		for (uint32_t i = at; i < b->rows && i < at + TXN_ROWS; i++)
			put(b, order[i],
			    order[i] % 3 == 0 ? b->now - STALE_S : b->now);
		if (db_txn_commit(&txn, &err) < 0)
			die("commit", &err);
	}
	free(order);
	if (db_care(b->db, &err) < 0)
		die("care", &err);
}

static void
look_at_wal(struct bench *b)
{
	struct stat st;

	if (stat(b->wal, &st) == 0 && st.st_size > b->wal_bytes)
		b->wal_bytes = st.st_size;
}

/* One upsert: a known address or a new one, as it happens. */
static void
upsert(struct bench *b)
{
	uint32_t i = scatter(b->n++) % (b->rows + b->rows / 2);
	int64_t begun = time_mono_us();

	put(b, i, b->now);
	if (b->samples < SAMPLES_MAX)
		b->took_us[b->samples++] = time_mono_us() - begun;
	look_at_wal(b);
}

/* At a steady pace until so many seconds are over or the process has ended. */
static void
write_on(struct bench *b, int64_t seconds, pid_t beside)
{
	int64_t begun = time_mono_us();
	int64_t next = begun;

	b->samples = 0;
	for (;;) {
		int64_t now = time_mono_us();

		if (beside > 0 ? waitpid(beside, &b->status, WNOHANG) != 0
			       : now - begun > seconds * 1000000)
			return;
		if (next > now)
			(void)usleep((useconds_t)(next - now));
		upsert(b);
		next += GAP_US;
		if (next < time_mono_us() - 1000000)
			next = time_mono_us(); /* a second late: let it go */
	}
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
print_times(struct bench *b)
{
	qsort(b->took_us, b->samples, sizeof *b->took_us, by_size);
	(void)printf("%lld %lld ",
	    (long long)b->took_us[b->samples * 999 / 1000],
	    (long long)b->took_us[b->samples - 1]);
}

static pid_t
start(const struct bench *b, const char *program, const char *out)
{
	char state[128], config[128];
	char *env[] = {state, config, NULL};
	char name[] = "bangui-reaper", json[] = "--json";
	char *argv[] = {name, json, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;

	(void)snprintf(state, sizeof state, "BANGUI_STATE_DIR=%s", b->dir);
	(void)snprintf(config, sizeof config, "BANGUI_CONFIG=%s/empty", b->dir);
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(
	    &actions, STDOUT_FILENO, out, O_WRONLY | O_CREAT, 0600);
	if (posix_spawn(&pid, program, &actions, NULL, argv, env) != 0)
		die("the reaper does not start", NULL);
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* "geo_cache":{"looked_at":N,"deleted":N} */
static long long
deleted_of(const char *out)
{
	char text[1024] = "";
	FILE *f = fopen(out, "r");
	const char *at;

	if (f == NULL || fgets(text, sizeof text, f) == NULL ||
	    (at = strstr(text, "\"deleted\":")) == NULL)
		die("no summary", NULL);
	(void)fclose(f);
	return strtoll(at + strlen("\"deleted\":"), NULL, 10);
}

static void
measure(struct bench *b, const char *program, int64_t seconds)
{
	char out[128];
	int64_t begun;

	(void)snprintf(out, sizeof out, "%s/summary", b->dir);
	write_on(b, seconds, 0);
	print_times(b);
	b->wal_bytes = 0;
	begun = time_mono_ms();
	write_on(b, 0, start(b, program, out));
	print_times(b);
	if (b->status != 0)
		die("the reaper failed", NULL);
	(void)printf("%lld %lld %lld\n", (long long)b->wal_bytes,
	    (long long)(time_mono_ms() - begun), deleted_of(out));
}

/* What else runs on the machine is not to be measured: where that is allowed,
 * both of them run before it. */
static void
run_first(void)
{
	const struct sched_param least = {.sched_priority = 1};

	(void)sched_setscheduler(0, SCHED_FIFO, &least); /* or like all */
}

static void
open_all(struct bench *b)
{
	struct error err = ERROR_INIT;

	if (db_open(&b->db, b->dir, &err) < 0 ||
	    db_migrate(b->db, b->dir, MIGRATIONS, MIGRATIONS_LEN, NULL, &err) <
		0 ||
	    store_prepare(b->db, &err) < 0)
		die("open", &err);
}

/* Settings: none but those of the environment. */
static void
make_empty(const struct bench *b)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/empty", b->dir);
	f = fopen(path, "w");
	if (f == NULL || fclose(f) != 0)
		die("no file", NULL);
}

static void
remove_all(struct bench *b)
{
	static const char *const NAMES[] = {"bangui.db", "bangui.db-wal",
	    "bangui.db-shm", "bangui.lock", "migrate.lock", "reaper.lock",
	    "counters", "summary", "empty"};
	char path[128];

	db_freep(&b->db);
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		(void)snprintf(path, sizeof path, "%s/%s", b->dir, NAMES[i]);
		(void)unlink(path); /* not all are there */
	}
	(void)rmdir(b->dir);
}

int
main(int argc, char **argv)
{
	static struct bench b = {.dir = "/tmp/bangui-XXXXXX"};
	int64_t rows = 0, seconds = 0;

	if (argc != 4 ||
	    !num_parse_i64(argv[2], strlen(argv[2]), 100, 10000000, &rows) ||
	    !num_parse_i64(argv[3], strlen(argv[3]), 1, 100, &seconds)) {
		(void)fputs("usage: retention PROGRAM ROWS SECONDS\n", stderr);
		return 2;
	}
	if (mkdtemp(b.dir) == NULL)
		die("no directory", NULL);
	make_empty(&b);
	(void)snprintf(b.wal, sizeof b.wal, "%s/bangui.db-wal", b.dir);
	b.rows = (uint32_t)rows;
	b.now = time_now_s();
	open_all(&b);
	fill(&b);
	run_first();
	measure(&b, argv[1], seconds);
	remove_all(&b);
	return 0;
}
