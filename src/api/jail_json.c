/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/jail_json.h"

#include "base/limits.h"
#include "base/str.h"
#include "f2b/cmd.h"
#include "service/guard/allow_apply.h"
#include "json/write.h"

static void
put_list(struct json_out *o, const char *name, const struct str_list *l)
{
	json_put_array(o, name);
	for (size_t i = 0; i < l->n; i++)
		json_put_str(o, NULL, l->items[i]);
	json_put_close(o);
}

/* There may be 100,000; a list of its own has all of them. The allowlist's
 * mark is no address of anybody. */
static void
put_ignored(struct json_out *o, const struct str_list *l)
{
	int64_t n = 0;

	json_put_array(o, "ignore_ips");
	for (size_t i = 0; i < l->n; i++)
		if (!str_eq(l->items[i], ALLOW_MARK) &&
		    n++ < LIMIT_IGNORE_SHOWN)
			json_put_str(o, NULL, l->items[i]);
	json_put_close(o);
	json_put_i64(o, "ignore_ips_total", n);
}

static void
put_increment(struct json_out *o, const struct f2b_jail *j)
{
	if (!j->has_increment) {
		json_put_null(o, "ban_time_increment");
		return;
	}
	json_put_object(o, "ban_time_increment");
	json_put_bool(o, "enabled", j->increment);
	json_put_bool(o, "overall_jails", j->overall_jails);
	json_put_i64_known(o, "max_time_seconds", j->max_time_s);
	json_put_i64_known(o, "rnd_time_seconds", j->rnd_time_s);
	json_put_str(o, "factor", j->factor);
	json_put_str(o, "formula", j->formula);
	json_put_str(o, "multipliers", j->multipliers);
	json_put_close(o);
}

static void
put_counters(struct json_out *o, const struct f2b_counters *c)
{
	json_put_i64(o, "currently_failed", c->currently_failed);
	json_put_i64(o, "total_failed", c->total_failed);
	json_put_i64(o, "currently_banned", c->currently_banned);
	json_put_i64(o, "total_banned", c->total_banned);
}

static void
put_limits(struct json_out *o, const struct f2b_jail *j)
{
	json_put_i64(o, "find_time_seconds", j->find_time_s);
	json_put_i64(o, "ban_time_seconds", j->ban_time_s);
	json_put_i64(o, "max_retry", j->max_retry);
	json_put_i64(o, "max_matches", j->max_matches);
	json_put_str(o, "use_dns", j->use_dns);
	json_put_str(o, "encoding", j->encoding);
	json_put_str(o, "date_pattern", j->date_pattern);
	put_increment(o, j);
}

/* Only its configuration knows backend and filter, and that is not read. */
void
jail_json_put(struct json_out *o, const char *name, const struct f2b_jail *j)
{
	json_put_object(o, name);
	json_put_str(o, "name", j->name);
	json_put_bool(o, "enabled", true);
	json_put_bool(o, "running", true);
	if (j->idle_known)
		json_put_bool(o, "idle", j->idle);
	else
		json_put_null(o, "idle");
	json_put_null(o, "backend");
	json_put_null(o, "filter");
	put_list(o, "log_paths", &j->log_paths);
	put_list(o, "journal_match", &j->journal_match);
	put_counters(o, &j->counters);
	put_limits(o, j);
	put_list(o, "fail_regex", &j->fail_regex);
	put_list(o, "ignore_regex", &j->ignore_regex);
	put_list(o, "actions", &j->actions);
	put_ignored(o, &j->ignore_ips);
	json_put_bool(o, "ignore_self", j->ignore_self);
	json_put_close(o);
}
