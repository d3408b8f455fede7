/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reply in fail2ban's own form, as the gate gives it to its clients: a pair
 * of 0 and a value, or of 1 and an exception. Values go into a buf, which
 * latches what fails; nobody asks before pickle_put_end().
 *
 *	pickle_put_begin(&out);
 *	pickle_put_open(&out, PICKLE_LIST);
 *	pickle_put_str(&out, "sshd");
 *	pickle_put_close(&out, PICKLE_LIST);
 *	rc = pickle_put_end(&out, err);
 */
#ifndef BANGUI_F2B_PICKLE_WRITE_H
#define BANGUI_F2B_PICKLE_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/pickle.h"

struct buf;
struct error;

/** Begin a reply of success. One value has to follow. */
void pickle_put_begin(struct buf *out);
/** End it, with the end marker. ERR_NOMEM, ERR_TOO_LARGE. */
NODISCARD int pickle_put_end(struct buf *out, struct error *err);

/** One value, or, within an open one, the next. */
void pickle_put_none(struct buf *out);
void pickle_put_bool(struct buf *out, bool b);
void pickle_put_i64(struct buf *out, int64_t i);
/** A text; must be UTF-8. */
void pickle_put_str(struct buf *out, const char *s);
/** n bytes of any kind, at most LIMIT_PICKLE_STRING. */
void pickle_put_bytes(struct buf *out, const void *bytes, size_t n);
/** Any number of bytes: a list of pieces of them. */
void pickle_put_pieces(struct buf *out, const void *bytes, size_t n);

/** PICKLE_LIST, PICKLE_TUPLE or PICKLE_DICT (a key, a value, ...): open, put
 * what is in it, close. */
void pickle_put_open(struct buf *out, enum pickle_type type);
void pickle_put_close(struct buf *out, enum pickle_type type);

/** A reply of failure: put what the exception's arguments are between the
 * two, in place of pickle_put_begin() and pickle_put_end(). */
void pickle_put_begin_failure(struct buf *out, const char *module_and_class);
NODISCARD int pickle_put_end_failure(struct buf *out, struct error *err);

#endif
