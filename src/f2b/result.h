/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a decoded value to what C has: numbers, texts, lists. Texts are
 * hostile (a log line chose them): what leaves here is valid UTF-8 without
 * NUL, with U+FFFD for what was neither. A value of another kind than fail2ban
 * is known to answer is ERR_F2B_PROTOCOL.
 */
#ifndef BANGUI_F2B_RESULT_H
#define BANGUI_F2B_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct error;
struct pickle_value;
struct str_list;

/** ERR_F2B_PROTOCOL: what was expected, and the kind that came. */
int result_unexpected(
    const struct pickle_value *v, const char *expected, struct error *err);

/** An int, or a float without its fraction; held at the ends of int64_t. */
NODISCARD int result_i64(
    const struct pickle_value *v, int64_t *out, struct error *err);
/** The same, or None, which is absent. */
NODISCARD int result_i64_or(const struct pickle_value *v, int64_t absent,
    int64_t *out, struct error *err);
/** True or False; None (never set) is false. */
NODISCARD int result_bool(
    const struct pickle_value *v, bool *out, struct error *err);
/** A text of the caller's own. */
NODISCARD int result_text(
    const struct pickle_value *v, char **out, struct error *err);
/** The same, or None, which is NULL. */
NODISCARD int result_text_or_null(
    const struct pickle_value *v, char **out, struct error *err);
/** A list of texts, appended; an object in it is named by its class. */
NODISCARD int result_texts(
    const struct pickle_value *v, struct str_list *out, struct error *err);

/** The second of the pair [label, value] in a list of pairs, or NULL. */
const struct pickle_value *result_labelled(
    const struct pickle_value *pairs, const char *label);
/** The value of a key of a dict, the last one that was set; or NULL. */
const struct pickle_value *result_of_key(
    const struct pickle_value *dict, const char *key);
bool result_is_text(const struct pickle_value *v, const char *text);

#endif
