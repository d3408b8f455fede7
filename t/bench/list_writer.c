/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of 1,000 bans as text: the list writer beside one json-c tree of the
 * same rows. Prints "writer_us tree_us", the medians of many turns; fails when
 * the two do not say the same.
 */
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/num.h"
#include "base/time.h"
#include "json/write.h"

enum {
	ROWS = 1000,
	TURNS_MAX = 1000,
	PAGE_MAX = 1024 * 1024,
	IP_SIZE = 16, /* dotted quad */
	FIRST_BAN_S = 1790000000,
	BAN_TIME_S = 600,
};

struct row {
	char ip[IP_SIZE];
	const char *jail;
	int64_t banned_at;
};

static void
fill(struct row *rows)
{
	static const char *const jails[] = {"sshd", "nginx", "recidive"};

	for (int i = 0; i < ROWS; i++) {
		snprintf(rows[i].ip, sizeof rows[i].ip, "198.51.%d.%d", i / 250,
		    i % 250);
		rows[i].jail = jails[i % 3];
		rows[i].banned_at = FIRST_BAN_S + i;
	}
}

static int
write_rows(const struct row *rows, struct buf *page, struct error *err)
{
	struct json_out o;

	json_begin(&o, page);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (int i = 0; i < ROWS; i++) {
		json_put_object(&o, NULL);
		json_put_str(&o, "ip", rows[i].ip);
		json_put_str(&o, "jail", rows[i].jail);
		json_put_time(&o, "banned_at", rows[i].banned_at);
		json_put_i64(&o, "bantime_seconds", BAN_TIME_S);
		json_put_time(&o, "expires_at", rows[i].banned_at + BAN_TIME_S);
		json_put_bool(&o, "permanent", false);
		json_put_null(&o, "country_code");
		json_put_close(&o);
	}
	json_put_close(&o);
	json_put_i64(&o, "total", ROWS);
	json_put_close(&o);
	return json_end(&o, err);
}

static struct json_object *
time_object(int64_t t_s)
{
	char text[TIME_RFC3339_SIZE];

	time_format(t_s, text);
	return json_object_new_string(text);
}

static struct json_object *
tree_of(const struct row *rows)
{
	struct json_object *page = json_object_new_object();
	struct json_object *items = json_object_new_array();

	for (int i = 0; i < ROWS; i++) {
		struct json_object *o = json_object_new_object();

		json_object_object_add(
		    o, "ip", json_object_new_string(rows[i].ip));
		json_object_object_add(
		    o, "jail", json_object_new_string(rows[i].jail));
		json_object_object_add(
		    o, "banned_at", time_object(rows[i].banned_at));
		json_object_object_add(
		    o, "bantime_seconds", json_object_new_int64(BAN_TIME_S));
		json_object_object_add(o, "expires_at",
		    time_object(rows[i].banned_at + BAN_TIME_S));
		json_object_object_add(
		    o, "permanent", json_object_new_boolean(0));
		json_object_object_add(o, "country_code", NULL);
		json_object_array_add(items, o);
	}
	json_object_object_add(page, "items", items);
	json_object_object_add(page, "total", json_object_new_int64(ROWS));
	return page;
}

static int
compare_us(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t
median(int64_t *us, int n)
{
	qsort(us, (size_t)n, sizeof *us, compare_us);
	return us[n / 2];
}

/* Both say the same, or the comparison of their times says nothing. */
static int
check_equal(const struct row *rows)
{
	struct buf page = BUF_INIT(PAGE_MAX);
	struct error err = {0};
	struct json_object *tree = tree_of(rows), *back = NULL;
	int same = 0;

	if (write_rows(rows, &page, &err) == 0)
		back = json_tokener_parse(buf_str(&page));
	same = back != NULL && json_object_equal(tree, back);
	json_object_put(tree);
	json_object_put(back);
	buf_release(&page);
	return same ? 0 : -1;
}

static int64_t
time_writer(const struct row *rows)
{
	struct buf page = BUF_INIT(PAGE_MAX);
	struct error err = {0};
	const int64_t begun = time_mono_us();

	if (write_rows(rows, &page, &err) < 0)
		abort();
	buf_release(&page);
	return time_mono_us() - begun;
}

static int64_t
time_tree(const struct row *rows)
{
	const int64_t begun = time_mono_us();
	struct json_object *tree = tree_of(rows);

	if (json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN) ==
	    NULL)
		abort();
	json_object_put(tree);
	return time_mono_us() - begun;
}

int
main(int argc, char **argv)
{
	static struct row rows[ROWS];
	static int64_t writer[TURNS_MAX], tree[TURNS_MAX];
	int64_t turns = 0;

	if (argc != 2 ||
	    !num_parse_i64(argv[1], strlen(argv[1]), 1, TURNS_MAX, &turns)) {
		fprintf(stderr, "usage: list_writer TURNS (1-%d)\n", TURNS_MAX);
		return 2;
	}
	fill(rows);
	if (check_equal(rows) < 0) {
		fprintf(stderr, "list_writer: the two pages differ\n");
		return 1;
	}
	for (int i = 0; i < turns; i++) {
		writer[i] = time_writer(rows);
		tree[i] = time_tree(rows);
	}
	printf("%lld %lld\n", (long long)median(writer, (int)turns),
	    (long long)median(tree, (int)turns));
	return 0;
}
