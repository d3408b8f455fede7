/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests: lists of words, there and back. The other half of what may be
 * said on the socket.
 */
#include "f2b/pickle.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/frame.h"
#include "f2b/pickle_op.h"

enum { REQUEST_PROTOCOL = 2 };

static void
add_byte(struct buf *out, int byte)
{
	buf_add_char(out, (char)byte);
}

static int
add_word(struct buf *out, const char *word, struct error *err)
{
	size_t len = strlen(word);

	if (len > LIMIT_F2B_REQUEST || !str_is_utf8(word, len))
		return err_set(err, ERR_INVALID,
		    "This text cannot be sent to fail2ban.",
		    "a word of %zu bytes is too long or no UTF-8", len);
	add_byte(out, OP_BINUNICODE);
	for (unsigned shift = 0; shift < 32; shift += 8)
		add_byte(out, (int)(len >> shift & 0xff));
	buf_add(out, word, len);
	return 0;
}

int
pickle_encode_words(
    struct buf *out, const char *const *words, size_t n, struct error *err)
{
	size_t start = out->len;

	add_byte(out, OP_PROTO);
	add_byte(out, REQUEST_PROTOCOL);
	add_byte(out, OP_EMPTY_LIST);
	add_byte(out, OP_MARK);
	for (size_t i = 0; i < n; i++)
		if (add_word(out, words[i], err) < 0)
			return -1;
	add_byte(out, OP_APPENDS);
	add_byte(out, OP_STOP);
	if (buf_check(out, err) < 0)
		return -1;
	/* fail2ban cuts its input at the first end marker, wherever it stands:
	 * what follows in the same word would be a request of its own, run as
	 * root. */
	if (memmem(out->data + start, out->len - start, FRAME_END,
		FRAME_END_LEN) != NULL)
		return err_set(err, ERR_INVALID,
		    "This text cannot be sent to fail2ban.", "%s",
		    "the end marker is part of a word");
	return 0;
}

int
pickle_words(const struct pickle_value *v, const char **words, size_t max,
    size_t *n, struct error *err)
{
	if (v->type != PICKLE_LIST || v->n > max)
		return err_set(err, ERR_INVALID, "This is no request.",
		    "type %d with %zu parts", (int)v->type, v->n);
	for (size_t i = 0; i < v->n; i++) {
		const struct pickle_value *word = v->u.items[i];

		if (word->type != PICKLE_STR ||
		    memchr(word->u.s, '\0', word->n) != NULL)
			return err_set(err, ERR_INVALID, "This is no request.",
			    "part %zu is no word", i);
		words[i] = word->u.s;
	}
	*n = v->n;
	return 0;
}
