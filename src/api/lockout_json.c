/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/lockout_json.h"

#include "base/error.h"
#include "base/str.h"
#include "http/reply.h"
#include "service/guard/lockout.h"
#include "json/write.h"

static void
put_hit(struct json_out *o, const struct lockout_hit *hit, const char *ip)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(&hit->cover.net, text);
	json_put_object(o, NULL);
	json_put_str(o, "ip", ip);
	json_put_str(o, "covers", text);
	json_put_str(o, "reason", lockout_reason_name(hit->cover.reason));
	json_put_close(o);
}

int
lockout_json(struct reply *rep, const struct lockout_hits *hits,
    const struct str_list *ips, struct error *err)
{
	struct error failed = ERROR_INIT;
	struct json_out o;

	if (err->code != ERR_LOCK_OUT)
		return -1;
	json_begin(&o, reply_more(rep, "covered"));
	json_put_array(&o, NULL);
	for (size_t i = 0; i < hits->n; i++)
		put_hit(&o, &hits->items[i], ips->items[hits->items[i].at]);
	json_put_close(&o);
	if (json_end(&o, &failed) < 0)
		*err = failed;
	return -1;
}
