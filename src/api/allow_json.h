/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry of the allowlist, as the API tells it. */
#ifndef BANGUI_API_ALLOW_JSON_H
#define BANGUI_API_ALLOW_JSON_H

#include <stdint.h>

struct allow_row;
struct app;
struct error;
struct json_out;

struct allow_json {
	struct app *app;
	struct json_out *o;
	int64_t n; /* written so far */
};

/** One element of a list; ctx is a struct allow_json. */
int allow_json_row(void *ctx, const struct allow_row *row, struct error *err);

#endif
