/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A decoded reply as JSON, in the form of the fixtures' JSON files
 * (t/fixtures/README): pure ASCII, byte for byte what Python's json.dumps
 * writes.
 */
#ifndef BANGUI_T_LIB_PICKLE_JSON_H
#define BANGUI_T_LIB_PICKLE_JSON_H

struct buf;
struct pickle_value;

/** A whole reply: the second element of (1, ...) is an exception. */
void pickle_json_reply(struct buf *out, const struct pickle_value *v);

#endif
