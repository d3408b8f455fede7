/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/list_page.h"

#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "t/lib/unit.h"

enum { ROWS_MAX = 7 };

/* A list whose n rows are numbered n ... 1, and what a page of it shows. */
struct list {
	int n;
	int shown[ROWS_MAX], n_shown;
	char next[BAN_CURSOR_SIZE], prev[BAN_CURSOR_SIZE];
};

/* As a store does it: one row more than the page, the newest first. */
static void
read_rows(struct list *l, struct list_page *p)
{
	int64_t first = l->n, last = 1;

	if (p->back) {
		last = p->from.id + 1;
		first = first < last + p->limit ? first : last + p->limit;
	} else if (!p->first) {
		first = p->from.id - 1;
	}
	for (int64_t id = first, n = 0; id >= last && n <= p->limit; id--, n++)
		if (list_page_takes(p, (struct ban_place){0, id}))
			l->shown[l->n_shown++] = (int)id;
}

static void
page(struct list *l, const char *cursor, int limit)
{
	struct error err = ERROR_INIT;
	struct list_page p;

	l->n_shown = 0;
	assert_int_equal(list_page_begin(&p, cursor, limit, &err), 0);
	while (list_page_pass(&p))
		read_rows(l, &p);
	list_page_end(&p, l->next, l->prev);
}

static void
assert_shows(const struct list *l, int first, int n)
{
	assert_int_equal(l->n_shown, n);
	for (int i = 0; i < n; i++)
		assert_int_equal(l->shown[i], first - i);
}

/* Every list with every size of page, to its end and back to its start. */
static void
every_page_leads_on_and_back(void **state)
{
	int walked = 0;

	(void)state;
	for (int n = 1; n <= ROWS_MAX; n++)
		for (int limit = 1; limit <= ROWS_MAX; limit++) {
			struct list l = {.n = n};
			char cursor[BAN_CURSOR_SIZE];
			int at = n;

			page(&l, NULL, limit);
			assert_string_equal(l.prev, "");
			for (; at > limit; at -= limit, walked++) {
				assert_shows(&l, at, limit);
				memcpy(cursor, l.next, sizeof cursor);
				page(&l, cursor, limit);
				assert_string_not_equal(l.prev, "");
			}
			assert_shows(&l, at, at);
			assert_string_equal(l.next, "");
			for (; at < n; at += limit) {
				memcpy(cursor, l.prev, sizeof cursor);
				page(&l, cursor, limit);
				assert_shows(&l, at + limit, limit);
				assert_string_not_equal(l.next, "");
			}
			assert_string_equal(l.prev, "");
		}
	assert_true(walked > 20);
}

/* The rows before the first page's may have been deleted meanwhile. */
static void
an_empty_page_has_no_neighbours(void **state)
{
	struct list l = {.n = 0};

	(void)state;
	page(&l, NULL, 3);
	assert_int_equal(l.n_shown, 0);
	assert_string_equal(l.next, "");
	assert_string_equal(l.prev, "");
}

/* A row that comes first after the cursor was made is met on the way back. */
static void
what_is_new_lies_before_the_first_page(void **state)
{
	struct list l = {.n = 5};
	char cursor[BAN_CURSOR_SIZE];

	(void)state;
	page(&l, NULL, 2);
	memcpy(cursor, l.next, sizeof cursor);
	page(&l, cursor, 2);
	l.n = 6;
	memcpy(cursor, l.prev, sizeof cursor);
	page(&l, cursor, 2);
	assert_shows(&l, 5, 2);
	assert_string_not_equal(l.prev, "");
	memcpy(cursor, l.prev, sizeof cursor);
	page(&l, cursor, 2);
	assert_shows(&l, 6, 1);
	assert_string_equal(l.prev, "");
}

static void
what_is_no_cursor_is_refused(void **state)
{
	struct error err = ERROR_INIT;
	struct list_page p;

	(void)state;
	assert_int_equal(list_page_begin(&p, "<7", 2, &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_page_leads_on_and_back),
	    cmocka_unit_test(an_empty_page_has_no_neighbours),
	    cmocka_unit_test(what_is_new_lies_before_the_first_page),
	    cmocka_unit_test(what_is_no_cursor_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
