/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The archive's first copy of fail2ban's database, how long that is held by
 * one bite of it, and what looking costs when there is nothing new. Prints
 * "rows_per_s hold_us poll_us bytes_per_ban": the longest hold, the median
 * poll, and what a ban takes in the archive without its evidence.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/time.h"
#include "f2b/ban_db.h"
#include "service/app.h"
#include "service/archive/history.h"
#include "t/lib/f2b_db.h"

enum {
	POLLS = 1001,
	PASSES = 5,
	BITES = 50,
	MATCHES_LEN = 200,
	BEGIN_AT = 1700000000
};

struct bench {
	char dir[64];
	struct settings settings;
	struct app app;
};

static void
die(const char *what, const struct error *err)
{
	(void)fprintf(stderr, "bench history: %s: %s\n", what, err->detail);
	exit(1);
}

static void
prepare(struct bench *b, int64_t rows)
{
	struct error err = ERROR_INIT;
	const char *tmp = getenv("TMPDIR");
	struct sqlite3 *f2b;

	(void)snprintf(b->dir, sizeof b->dir, "%s/bangui-b-XXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(b->dir) == NULL)
		die("no directory", &err);
	(void)snprintf(
	    b->settings.state_dir, sizeof b->settings.state_dir, "%s", b->dir);
	(void)snprintf(b->settings.fail2ban_db, sizeof b->settings.fail2ban_db,
	    "%s/f2b.sqlite3", b->dir);
	f2b = f2b_db_open(b->settings.fail2ban_db);
	f2b_db_fill(f2b, rows, BEGIN_AT, MATCHES_LEN);
	f2b_db_close(f2b);
	if (app_open_tool(&b->app, &b->settings, &err) < 0)
		die("cannot open", &err);
}

static void
clean(struct bench *b)
{
	DIR *dir = opendir(b->dir);
	struct dirent *d;

	app_close(&b->app);
	while (dir != NULL && (d = readdir(dir)) != NULL)
		(void)unlinkat(dirfd(dir), d->d_name, 0);
	if (dir != NULL)
		(void)closedir(dir);
	(void)rmdir(b->dir);
}

static double
copy_all(struct bench *b, int64_t rows)
{
	struct error err = ERROR_INIT;
	struct history_status s;
	int64_t from = time_mono_us();
	bool more = true;

	while (more)
		if (history_sync(&b->app, &more, &err) < 0)
			die("cannot copy", &err);
	from = time_mono_us() - from;
	if (history_status_get(&b->app, &s, &err) < 0 || s.n_bans != rows)
		die("not all was copied", &err);
	return (double)rows * 1e6 / (double)from;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int64_t
poll_us(struct bench *b)
{
	static int64_t times[POLLS];
	struct error err = ERROR_INIT;
	bool more;

	for (int i = 0; i < POLLS; i++) {
		int64_t from = time_mono_us();

		if (history_sync(&b->app, &more, &err) < 0)
			die("cannot poll", &err);
		times[i] = time_mono_us() - from;
	}
	qsort(times, POLLS, sizeof times[0], by_value);
	return times[POLLS / 2];
}

/* The longest bite of one pass over the first rows. */
static int64_t
pass_us(struct ban_db *source)
{
	struct error err = ERROR_INIT;
	struct ban_db_ask ask = {
	    .n_known = LIMIT_HISTORY_CHECKED,
	    .n_fresh = LIMIT_HISTORY_ROWS,
	    .high_at = INT64_MAX, /* count for every row: the worst case */
	};
	bool more = true;
	int64_t longest = 0;

	for (int i = 0; more && i < BITES; i++) {
		AUTO(ban_db_batch_release) struct ban_db_batch batch = {0};
		int64_t took = time_mono_us();

		if (ban_db_read(source, &ask, &batch, &err) < 0)
			die("cannot read", &err);
		took = time_mono_us() - took;
		longest = took > longest ? took : longest;
		more = batch.more;
		if (more)
			ask.mark = batch.fresh.items[batch.fresh.n - 1].rowid;
	}
	return longest;
}

/* Of some passes the best: another program's turn is none of ours. */
static int64_t
hold_us(struct bench *b)
{
	struct error err = ERROR_INIT;
	struct ban_db *source = NULL;
	int64_t best = INT64_MAX;

	if (ban_db_new(&source, &err) < 0 ||
	    ban_db_open(source, b->settings.fail2ban_db, &err) < 0)
		die("cannot open", &err);
	for (int i = 0; i < PASSES; i++) {
		int64_t longest = pass_us(source);

		best = longest < best ? longest : best;
	}
	ban_db_freep(&source);
	return best;
}

/* In the archive: the file of ours but for the evidence, by all bans. */
static int64_t
bytes_per_ban(const struct bench *b)
{
	struct sqlite3 *ours;
	char path[96];
	int64_t n;

	(void)snprintf(path, sizeof path, "%s/bangui.db", b->dir);
	if (sqlite3_open(path, &ours) != SQLITE_OK)
		exit(1);
	n = f2b_db_ask(ours,
	    "SELECT (page_count * page_size - (SELECT sum(length(data) + 12)"
	    " FROM ban_evidence)) / (SELECT count(*) FROM ban)"
	    " FROM pragma_page_count, pragma_page_size");
	f2b_db_close(ours);
	return n;
}

int
main(int argc, char **argv)
{
	static struct bench b;
	int64_t rows, poll, hold;
	double rate;

	if (argc != 2 ||
	    !num_parse_i64(argv[1], strlen(argv[1]), 1000, 100000000, &rows)) {
		(void)fprintf(stderr, "usage: history ROWS\n");
		return 2;
	}
	prepare(&b, rows);
	rate = copy_all(&b, rows);
	poll = poll_us(&b);
	hold = hold_us(&b);
	(void)printf("%.0f %lld %lld %lld\n", rate, (long long)hold,
	    (long long)poll, (long long)bytes_per_ban(&b));
	clean(&b);
	return 0;
}
