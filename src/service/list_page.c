/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/list_page.h"

struct list_ends
list_ends(bool back, bool more, bool first)
{
	/* there is a page on the side that we came from */
	return (struct list_ends){
	    .next = back || more, .prev = back ? more : !first};
}

int
list_page_begin(
    struct list_page *p, const char *cursor, int limit, struct error *err)
{
	struct ban_cursor c = {
	    .place = {INT64_MAX, INT64_MAX}
        };

	if (cursor != NULL && ban_cursor_read(cursor, &c, err) < 0)
		return -1;
	*p = (struct list_page){.from = c.place,
	    .back = c.back,
	    .first = cursor == NULL,
	    .limit = limit};
	return 0;
}

bool
list_page_pass(struct list_page *p)
{
	p->seen = 0;
	return p->passes++ < (p->back ? 2 : 1);
}

bool
list_page_takes(struct list_page *p, struct ban_place at)
{
	int nth = p->seen++;

	if (p->back && p->passes == 1) {
		p->there++;
		return false;
	}
	if (!p->back)
		p->there++;
	else if (p->there > p->limit)
		nth--;
	if (nth < 0 || nth >= p->limit)
		return false;
	if (nth == 0)
		p->head = at;
	p->tail = at;
	return true;
}

void
list_page_end(const struct list_page *p, char next[BAN_CURSOR_SIZE],
    char prev[BAN_CURSOR_SIZE])
{
	struct list_ends ends =
	    list_ends(p->back, p->there > p->limit, p->first);

	next[0] = prev[0] = '\0';
	if (p->there == 0)
		return;
	if (ends.next)
		ban_cursor_write(&(struct ban_cursor){false, p->tail}, next);
	if (ends.prev)
		ban_cursor_write(&(struct ban_cursor){true, p->head}, prev);
}
