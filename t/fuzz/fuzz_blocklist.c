/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stranger calls a blocklist: whatever is taken of it may be banned,
 * is in order, and none lies in another; the figures add up; and what was
 * taken, written as a plain list, is the same list again.
 */
#include "t/fuzz/fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "service/lists/list_read.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

static void
judge(const struct list *list)
{
	const struct list_counts *c = &list->counts;

	FUZZ_REQUIRE(c->entries ==
		     c->taken + c->special + c->own + c->too_wide + c->invalid);
	FUZZ_REQUIRE(list->n_faults <= LIST_FAULTS &&
		     (int64_t)list->n_faults <= c->invalid);
	FUZZ_REQUIRE(list->n == 0 || c->taken > 0);
	for (size_t i = 0; i < list->n; i++) {
		FUZZ_REQUIRE(list_is_bannable(&list->items[i]));
		FUZZ_REQUIRE(i == 0 || memcmp(list->items[i - 1].bytes,
					   list->items[i].bytes, 16) < 0);
		FUZZ_REQUIRE(i == 0 || !addr_contains(&list->items[i - 1],
					   &list->items[i]));
	}
}

static void
read_again(const struct list *list)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	AUTO(list_release) struct list again = {0};
	const struct list_how plain = {.format = LIST_PLAIN};
	struct error err = ERROR_INIT;
	char ip[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < list->n; i++) {
		addr_format(&list->items[i], ip);
		buf_addf(&text, "%s\n", ip);
	}
	FUZZ_REQUIRE(!text.failed);
	FUZZ_REQUIRE(list_read(buf_str(&text), text.len, &plain, NULL, &again,
			 &err) == 0);
	FUZZ_REQUIRE(again.n == list->n && again.counts.invalid == 0);
	FUZZ_REQUIRE(again.counts.duplicates == 0);
	for (size_t i = 0; i < list->n; i++)
		FUZZ_REQUIRE(addr_equal(&again.items[i], &list->items[i]));
}

/* The first byte says how it is to be read. */
int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(list_release) struct list list = {0};
	struct list_how how = {.format = LIST_AUTO};
	struct error err = ERROR_INIT;

	if (size == 0)
		return 0;
	how.format = (enum list_format)(data[0] % LIST_FORMAT__MAX);
	how.column = data[0] / 16 % 4;
	how.field = data[0] >= 128 ? "ip" : NULL;
	if (list_read((const char *)data + 1, size - 1, &how, NULL, &list,
		&err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_REMOTE_PROTOCOL ||
			     err.code == ERR_REMOTE_TOO_LARGE);
		return 0;
	}
	judge(&list);
	read_again(&list);
	return 1;
}
