/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making the values of one decoded pickle, within the limits: how many, how
 * deep, how much text, and how much of both when everything that is referred
 * to twice is written out twice. Knows nothing of opcodes or of the stack.
 *
 * Functions that make return NULL, those that change return -1, with a word
 * in m->reason; the word is NULL when it was memory that ran out.
 */
#ifndef BANGUI_F2B_PICKLE_MAKE_H
#define BANGUI_F2B_PICKLE_MAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/arena.h"
#include "f2b/pickle.h"

struct pickle_maker {
	struct arena arena;
	size_t n_values;
	const char *reason;
};

/** One value. NULL: a limit is passed (m->reason) or memory ended (none). */
struct pickle_value *make_plain(struct pickle_maker *m, enum pickle_type type);
struct pickle_value *make_bool(struct pickle_maker *m, bool b);
struct pickle_value *make_int(struct pickle_maker *m, int64_t i);
/** Little endian two's complement; BIGINT when it is past 64 bits. */
struct pickle_value *make_long(
    struct pickle_maker *m, const uint8_t *bytes, size_t n);
struct pickle_value *make_float(struct pickle_maker *m, double f);
/** STR: UTF-8, but for lone surrogates, which stand for other bytes. */
struct pickle_value *make_text(struct pickle_maker *m, enum pickle_type type,
    const uint8_t *bytes, size_t n);
/** STR of a Python 2 str: bytes that are not UTF-8 become lone surrogates. */
struct pickle_value *make_str_of_bytes(
    struct pickle_maker *m, const uint8_t *bytes, size_t n);
/** A STR with the text of another, which is not copied. */
struct pickle_value *make_same_text(
    struct pickle_maker *m, const struct pickle_value *text);
/** BYTES of a text below U+0100, one byte each. */
struct pickle_value *make_latin1(
    struct pickle_maker *m, const struct pickle_value *text);
struct pickle_value *make_global(struct pickle_maker *m,
    const struct pickle_value *module, const struct pickle_value *name);

/** A LIST, TUPLE, DICT or SET of n values (DICT: keys and values in turn). */
struct pickle_value *make_container(struct pickle_maker *m,
    enum pickle_type type, struct pickle_value *const *kids, size_t n);
/** More values into one that is not yet part of another. */
NODISCARD int container_add(struct pickle_maker *m, struct pickle_value *v,
    struct pickle_value *const *kids, size_t n);
/** A SET of what a list holds. */
struct pickle_value *make_set_of(
    struct pickle_maker *m, const struct pickle_value *list);

/** What calling global with the tuple args would make; nothing is called. */
struct pickle_value *make_object(struct pickle_maker *m,
    const struct pickle_value *global, struct pickle_value *args);
/** Give the object its state, as BUILD does. */
NODISCARD int object_build(struct pickle_maker *m, struct pickle_value *object,
    struct pickle_value *state);

#endif
