/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

bool
str_copy_n(char *dst, size_t dst_size, const char *s, size_t n)
{
	if (dst_size == 0)
		return false;
	if (n >= dst_size) {
		dst[0] = '\0';
		return false;
	}
	if (n > 0)
		memcpy(dst, s, n);
	dst[n] = '\0';
	return true;
}

bool
str_copy(char *dst, size_t dst_size, const char *s)
{
	return str_copy_n(dst, dst_size, s, strlen(s));
}

bool
str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* What the first byte promises: length, its payload, and the least code
 * point that needs this length (less is an overlong form). */
struct utf8_head {
	size_t len;
	uint32_t bits;
	uint32_t least;
};

static struct utf8_head
utf8_head(unsigned char c)
{
	if (c < 0x80)
		return (struct utf8_head){1, c, 0};
	if (c >= 0xc0 && c < 0xe0)
		return (struct utf8_head){2, c & 0x1fU, 0x80};
	if (c >= 0xe0 && c < 0xf0)
		return (struct utf8_head){3, c & 0x0fU, 0x800};
	if (c >= 0xf0 && c < 0xf8)
		return (struct utf8_head){4, c & 0x07U, 0x10000};
	return (struct utf8_head){0, 0, 0};
}

size_t
str_utf8_char(const char *s, size_t len, uint32_t *cp)
{
	struct utf8_head h;
	uint32_t v;

	if (len == 0)
		return 0;
	h = utf8_head((unsigned char)s[0]);
	if (h.len == 0 || h.len > len)
		return 0;
	v = h.bits;
	for (size_t i = 1; i < h.len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c & 0xc0U) != 0x80)
			return 0;
		v = v << 6 | (c & 0x3fU);
	}
	if (v < h.least || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*cp = v;
	return h.len;
}

bool
str_is_utf8(const char *s, size_t len)
{
	uint32_t cp;

	while (len > 0) {
		size_t n = str_utf8_char(s, len, &cp);

		if (n == 0)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

bool
str_has_control(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x20 || c == 0x7f)
			return true;
	}
	return false;
}

bool
str_equal_secret(const void *a, const void *b, size_t len)
{
	/* volatile: the compiler may not leave the loop at a difference */
	const volatile unsigned char *x = a;
	const volatile unsigned char *y = b;
	unsigned int diff = 0;

	for (size_t i = 0; i < len; i++)
		diff |= (unsigned int)(x[i] ^ y[i]);
	return diff == 0;
}

void
str_freep(char **s)
{
	free(*s);
	*s = NULL;
}

void
str_list_release(struct str_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct str_list)STR_LIST_INIT;
}

int
str_list_add(struct str_list *l, const char *s, size_t len, struct error *err)
{
	char *copy;

	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 8 : l->cap * 2;
		char **items = reallocarray(l->items, cap, sizeof *items);

		if (items == NULL)
			return err_nomem(err);
		l->items = items;
		l->cap = cap;
	}
	copy = malloc(len + 1);
	if (copy == NULL)
		return err_nomem(err);
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	l->items[l->n++] = copy;
	return 0;
}

bool
str_list_has(const struct str_list *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->items[i], s))
			return true;
	return false;
}

static int
compare_items(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

void
str_list_sort(struct str_list *l)
{
	if (l->n > 1)
		qsort(l->items, l->n, sizeof *l->items, compare_items);
}
