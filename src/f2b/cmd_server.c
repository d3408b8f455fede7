/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The server as a whole: alive, version, settings, names of its jails. */
#include "f2b/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "f2b/ask.h"
#include "f2b/pickle.h"
#include "f2b/policy.h"
#include "f2b/result.h"
#include "f2b/wire.h"

static int
read_pong(void *out, const struct pickle_value *v, struct error *err)
{
	(void)out;
	return result_is_text(v, "pong") ? 0
					 : result_unexpected(v, "pong", err);
}

int
f2b_ping(struct f2b *f, struct error *err)
{
	static const char *const WORDS[] = {"ping"};

	return ask(f, WORDS, ARRAY_LEN(WORDS), read_pong, NULL, err);
}

static int
read_version(void *out, const struct pickle_value *v, struct error *err)
{
	if (v->type != PICKLE_STR || str_has_control(v->u.s, v->n) ||
	    !str_is_utf8(v->u.s, v->n) ||
	    !str_copy_n(out, F2B_VERSION_SIZE, v->u.s, v->n))
		return result_unexpected(v, "a version", err);
	return 0;
}

int
f2b_version(struct f2b *f, char out[F2B_VERSION_SIZE], struct error *err)
{
	static const char *const WORDS[] = {"version"};

	return ask(f, WORDS, ARRAY_LEN(WORDS), read_version, out, err);
}

void
f2b_server_release(struct f2b_server *s)
{
	free(s->log_target);
	s->log_target = NULL;
}

static int
read_setting(void *ctx, const struct wire_reply *reply, struct error *err)
{
	struct f2b_server *s = ctx;
	const struct pickle_value *v = reply->value;

	if (!reply->done)
		return ask_refused(v, err);
	if (reply->index == 1)
		return result_text(v, &s->log_target, err);
	if (reply->index == 2)
		return result_i64_or(v, -1, &s->db_purge_age_s, err);
	if (v->type != PICKLE_STR || !str_is_utf8(v->u.s, v->n) ||
	    !str_copy_n(s->log_level, sizeof s->log_level, v->u.s, v->n))
		return result_unexpected(v, "a log level", err);
	return 0;
}

int
f2b_server_get(struct f2b *f, struct f2b_server *out, struct error *err)
{
	static const char *const WORDS[][2] = {
	    {"get", "loglevel"  },
            {"get", "logtarget" },
            {"get", "dbpurgeage"}
        };
	const struct wire_request requests[] = {
	    {WORDS[0], 2},
            {WORDS[1], 2},
            {WORDS[2], 2}
        };
	AUTO(f2b_server_release) struct f2b_server s = {0};

	if (wire_call(f->wire, requests, ARRAY_LEN(requests), read_setting, &s,
		err) < 0)
		return -1;
	*out = s;
	s.log_target = NULL; /* handed over */
	return 0;
}

static int
read_path(void *out, const struct pickle_value *v, struct error *err)
{
	return result_text_or_null(v, out, err);
}

int
f2b_database_path(struct f2b *f, char **out, struct error *err)
{
	static const char *const WORDS[] = {"get", "dbfile"};

	return ask(f, WORDS, ARRAY_LEN(WORDS), read_path, out, err);
}

struct status {
	struct str_list names;
	size_t n_hidden;
	bool clear; /* the text could be split in one way only */
};

/* Names that our grammar does not take are left out: nothing can be asked
 * about them, and one such name must not hide all other jails. */
static int
add_name(struct status *s, const char *name, size_t len, struct error *err)
{
	struct str_list *names = &s->names;

	if (str_list_add(names, name, len, err) < 0)
		return -1;
	if (strnlen(name, len) == len &&
	    policy_is_jail(names->items[names->n - 1]))
		return 0;
	free(names->items[--names->n]);
	s->n_hidden++;
	return 0;
}

static void
status_release(struct status *s)
{
	str_list_release(&s->names);
}

/* One text with all names, joined by ", ", which a name may hold itself. */
static int
split_names(struct status *s, const struct pickle_value *list, int64_t n,
    struct error *err)
{
	const char *at = list->u.s;
	const char *end = at + list->n;
	int64_t parts = 0;

	while (at < end) {
		const char *comma = memmem(at, (size_t)(end - at), ", ", 2);
		const char *stop = comma == NULL ? end : comma;

		if (add_name(s, at, (size_t)(stop - at), err) < 0)
			return -1;
		parts++;
		at = comma == NULL ? end : comma + 2;
	}
	s->clear = parts == n;
	return 0;
}

static int
read_status(void *out, const struct pickle_value *v, struct error *err)
{
	const struct pickle_value *count = result_labelled(v, "Number of jail");
	const struct pickle_value *list = result_labelled(v, "Jail list");
	int64_t n = 0;

	if (count == NULL || list == NULL || list->type != PICKLE_STR)
		return result_unexpected(v, "a status", err);
	if (result_i64(count, &n, err) < 0)
		return -1;
	return split_names(out, list, n, err);
}

/* [{name: [id, ...]}, ...] */
static int
read_banned(void *out, const struct pickle_value *v, struct error *err)
{
	if (v->type != PICKLE_LIST)
		return result_unexpected(v, "a list of jails", err);
	for (size_t i = 0; i < v->n; i++) {
		const struct pickle_value *d = v->u.items[i];
		const struct pickle_value *key =
		    d->type == PICKLE_DICT && d->n == 1 ? d->u.items[0] : d;

		if (key->type != PICKLE_STR)
			return result_unexpected(d, "a jail's bans", err);
		if (add_name(out, key->u.s, key->n, err) < 0)
			return -1;
	}
	return 0;
}

int
f2b_jail_names(
    struct f2b *f, struct str_list *out, size_t *n_hidden, struct error *err)
{
	static const char *const STATUS[] = {"status"};
	static const char *const BANNED[] = {"banned"};
	AUTO(status_release) struct status s = {0};

	if (ask(f, STATUS, 1, read_status, &s, err) < 0)
		return -1;
	if (!s.clear) {
		/* dear: it carries every ban; but its names are true */
		status_release(&s);
		s = (struct status){0};
		if (ask(f, BANNED, 1, read_banned, &s, err) < 0)
			return -1;
	}
	str_list_sort(&s.names);
	if (n_hidden != NULL)
		*n_hidden = s.n_hidden;
	*out = s.names;
	s.names = (struct str_list)STR_LIST_INIT; /* handed over */
	return 0;
}
