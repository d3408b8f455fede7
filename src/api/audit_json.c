/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/audit_json.h"

#include <string.h>

#include "service/audit/audit_list.h"
#include "json/write.h"

/* What was not written by this program may hold anything. */
static void
put_bytes(struct json_out *o, const char *name, const struct audit_bytes *b)
{
	if (b->data == NULL)
		json_put_null(o, name);
	else
		json_put_str_n(o, name, b->data, b->len);
}

bool
audit_client_text(const struct audit_bytes *client, char out[ADDR_TEXT_SIZE])
{
	struct addr a = {.prefix_len = 128};

	if (client->data == NULL || client->len != sizeof a.bytes)
		return false;
	memcpy(a.bytes, client->data, client->len);
	addr_format(&a, out);
	return true;
}

static void
put_client(struct json_out *o, const struct audit_bytes *b)
{
	char text[ADDR_TEXT_SIZE];

	json_put_str(o, "client", audit_client_text(b, text) ? text : NULL);
}

static void
put_detail(struct json_out *o, const char *line, size_t len)
{
	const char *sep = memchr(line, '=', len);

	if (sep == NULL)
		return;
	json_put_object(o, NULL);
	json_put_str_n(o, "name", line, (size_t)(sep - line));
	json_put_str_n(o, "value", sep + 1, (size_t)(line + len - sep - 1));
	json_put_close(o);
}

static void
put_details(struct json_out *o, const struct audit_bytes *b)
{
	const char *at = b->data;
	size_t left = b->len;

	json_put_array(o, "details");
	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t len = end != NULL ? (size_t)(end - at) : left;

		put_detail(o, at, len);
		len += end != NULL;
		at += len;
		left -= len;
	}
	json_put_close(o);
}

int
audit_json_row(void *ctx, const struct audit_row *r, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_i64(o, "seq", r->seq);
	json_put_time(o, "at", r->at);
	json_put_object(o, "actor");
	json_put_str(o, "kind", audit_actor_name(r->actor_kind));
	json_put_i64_known(o, "id", r->has_actor_id ? r->actor_id : -1);
	put_bytes(o, "name", &r->actor_name);
	json_put_close(o);
	put_client(o, &r->client);
	put_bytes(o, "action", &r->action);
	put_bytes(o, "target", &r->target);
	put_bytes(o, "outcome", &r->outcome);
	put_bytes(o, "request_id", &r->request_id);
	put_details(o, &r->details);
	json_put_close(o);
	return 0;
}
