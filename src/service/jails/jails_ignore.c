/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jails_ignore.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/file.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "f2b/policy.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/guard/allow_apply.h"
#include "service/jails/jails_lock.h"
#include "service/jobs/task.h"

static const char *const OUTCOMES[] = {
    [JAILS_IGNORE_ADDED] = "added",
    [JAILS_IGNORE_KNOWN] = "already_ignored",
    [JAILS_IGNORE_REMOVED] = "removed",
    [JAILS_IGNORE_ABSENT] = "not_ignored",
    [JAILS_IGNORE_INVALID] = "invalid",
    [JAILS_IGNORE_REFUSED] = "refused",
};
_Static_assert(ARRAY_LEN(OUTCOMES) == JAILS_IGNORE__MAX, "a name each");

const char *
jails_ignore_name(enum jails_ignore_outcome o)
{
	return OUTCOMES[o];
}

/* --- the list ------------------------------------------------------------- */

static int
read_sorted(
    struct app *app, const char *jail, struct str_list *out, struct error *err)
{
	if (f2b_ignore_list(app->f2b, jail, out, err) < 0)
		return -1;
	str_list_sort(out);
	return 0;
}

static int
compare_item(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

/* The lists may hold 100,000 entries, and a request name 1,000. */
static bool
is_in(const struct str_list *sorted, const char *value)
{
	return sorted->n > 0 &&
	       bsearch(value, sorted->items, sorted->n, sizeof *sorted->items,
		   compare_item) != NULL;
}

int
jails_ignored(struct app *app, const struct jails_ignored_filter *filter,
    struct jails_ignored *out, struct error *err)
{
	AUTO(str_list_release) struct str_list all = STR_LIST_INIT;
	AUTO(str_list_release) struct str_list page = STR_LIST_INIT;
	struct jails_ignored fresh = {.total = 0};

	if (read_sorted(app, filter->jail, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const char *item = all.items[i];

		if (str_eq(item, ALLOW_MARK) || /* no address of anybody */
		    (filter->text != NULL &&
			strstr(item, filter->text) == NULL))
			continue;
		fresh.total++;
		if (filter->after != NULL && strcmp(item, filter->after) <= 0)
			continue;
		if (page.n == filter->limit)
			fresh.more = true;
		else if (str_list_add(&page, item, strlen(item), err) < 0)
			return -1;
	}
	fresh.items = page;
	page = (struct str_list)STR_LIST_INIT; /* handed over */
	*out = fresh;
	return 0;
}

/* --- what an entry may be ------------------------------------------------- */

/* One spelling of each address; a host name stays as it is. */
struct entry {
	char addr[ADDR_TEXT_SIZE];
	const char *text; /* addr, or the value */
};

static void
entry_read(struct entry *e, const char *value)
{
	struct addr a;

	e->text = value;
	if (!addr_parse_net(value, strlen(value), &a))
		return;
	addr_format(&a, e->addr);
	e->text = e->addr;
}

static struct jails_ignore_result
judge(const struct entry *e, const struct str_list *before)
{
	struct addr a;

	if (addr_parse_net(e->text, strlen(e->text), &a) &&
	    (addr_is_v4(&a) ? a.prefix_len == 96 : a.prefix_len == 0))
		return (struct jails_ignore_result){JAILS_IGNORE_REFUSED,
		    "This is every address there is: the jail would ban "
		    "nobody. Stop the jail instead."};
	if (!policy_is_ignorable(e->text))
		return (struct jails_ignore_result){JAILS_IGNORE_INVALID,
		    "Neither an address, nor a network without host bits, nor "
		    "a host name."};
	if (is_in(before, e->text))
		return (struct jails_ignore_result){JAILS_IGNORE_KNOWN, NULL};
	return (struct jails_ignore_result){JAILS_IGNORE_ADDED, NULL};
}

/* --- the audit log -------------------------------------------------------- */

static void
audit_begin(struct audit_entry *e, enum audit_action action,
    const struct jails_ignore *req)
{
	*e = (struct audit_entry)AUDIT_ENTRY(action);
	audit_detail(e, "jail", req->jail);
	audit_detail(e, "reason", req->reason);
}

static bool
is_told(enum jails_ignore_outcome o)
{
	return o == JAILS_IGNORE_ADDED || o == JAILS_IGNORE_REMOVED ||
	       o == JAILS_IGNORE_REFUSED;
}

static int
audit_rows(struct app *app, enum audit_action action,
    const struct jails_ignore *req, const struct jails_ignore_result *results,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	for (size_t i = 0; i < req->values->n; i++) {
		struct audit_entry e;
		struct entry entry;

		if (!is_told(results[i].outcome))
			continue;
		if (txn.db == NULL &&
		    db_txn_begin_durable(&txn, app->db, err) < 0)
			return -1;
		audit_begin(&e, action, req);
		entry_read(&entry, req->values->items[i]);
		audit_target(&e, entry.text);
		if (results[i].outcome == JAILS_IGNORE_REFUSED)
			e.outcome = AUDIT_REFUSED;
		audit_detail(&e, "said", results[i].detail);
		if (audit_add(app, &e, err) < 0)
			return -1;
	}
	return txn.db != NULL ? db_txn_commit(&txn, err) : 0;
}

static void
audit_failure(struct app *app, enum audit_action action,
    const struct jails_ignore *req, const struct error *why)
{
	struct audit_entry e;

	audit_begin(&e, action, req);
	e.outcome = AUDIT_FAILED;
	if (req->values->n == 1)
		audit_target(&e, req->values->items[0]);
	audit_detail(&e, "error", err_name(why->code));
	audit_note(app, &e);
}

/* --- acts ----------------------------------------------------------------- */

static int
add_all(struct app *app, const struct jails_ignore *req,
    const struct str_list *before, struct jails_ignore_result *out,
    struct error *err)
{
	for (size_t i = 0; i < req->values->n; i++) {
		struct entry e;

		entry_read(&e, req->values->items[i]);
		out[i] = judge(&e, before);
		if (out[i].outcome == JAILS_IGNORE_ADDED &&
		    f2b_ignore_add(app->f2b, req->jail, e.text, err) < 0)
			return -1;
	}
	return 0;
}

/* fail2ban says "OK" to what it passes over: only its list tells. */
static void
check_added(const struct jails_ignore *req, const struct str_list *after,
    struct jails_ignore_result *out)
{
	for (size_t i = 0; i < req->values->n; i++) {
		struct entry e;

		entry_read(&e, req->values->items[i]);
		if (out[i].outcome == JAILS_IGNORE_ADDED &&
		    !is_in(after, e.text))
			out[i] =
			    (struct jails_ignore_result){JAILS_IGNORE_REFUSED,
				"fail2ban did not take it over."};
	}
}

/* An entry is as the list has it, or one spelling of an address in it. */
static int
remove_one(struct app *app, const struct jails_ignore *req, const char *value,
    const struct str_list *before, struct jails_ignore_result *out,
    struct error *err)
{
	struct entry e;
	const char *text = value;

	entry_read(&e, value);
	if (!is_in(before, text))
		text = e.text;
	if (!is_in(before, text)) {
		*out = (struct jails_ignore_result){JAILS_IGNORE_ABSENT, NULL};
		return 0;
	}
	*out = (struct jails_ignore_result){JAILS_IGNORE_REMOVED, NULL};
	if (f2b_ignore_remove(app->f2b, req->jail, text, err) == 0)
		return 0;
	if (err->code != ERR_INVALID && err->code != ERR_F2B_REFUSED)
		return -1;
	*out = err->code == ERR_INVALID
		   ? (struct jails_ignore_result){JAILS_IGNORE_REFUSED,
			 "An entry of this form can be removed in fail2ban's "
			 "configuration only."}
		   : (struct jails_ignore_result){JAILS_IGNORE_ABSENT, NULL};
	err_clear(err);
	return 0;
}

static int
remove_all(struct app *app, const struct jails_ignore *req,
    const struct str_list *before, struct jails_ignore_result *out,
    struct error *err)
{
	for (size_t i = 0; i < req->values->n; i++)
		if (remove_one(app, req, req->values->items[i], before, &out[i],
			err) < 0)
			return -1;
	return 0;
}

typedef int ignore_do(struct app *app, const struct jails_ignore *req,
    const struct str_list *before, struct jails_ignore_result *out,
    struct error *err);

static int
run_locked(struct app *app, const struct jails_ignore *req, ignore_do *body,
    struct str_list *after, struct jails_ignore_result *out, struct error *err)
{
	AUTO(fd_closep) int lock = jails_lock(app, err);
	AUTO(str_list_release) struct str_list before = STR_LIST_INIT;

	if (lock < 0 || read_sorted(app, req->jail, &before, err) < 0 ||
	    body(app, req, &before, out, err) < 0)
		return -1;
	return read_sorted(app, req->jail, after, err);
}

static void
audit_results(struct app *app, enum audit_action action,
    const struct jails_ignore *req, const struct jails_ignore_result *out)
{
	struct error err = ERROR_INIT;

	if (audit_rows(app, action, req, out, &err) < 0)
		task_fail_now(app, TASK_AUDIT, &err);
}

int
jails_ignore_add(struct app *app, const struct jails_ignore *req,
    struct jails_ignore_result *out, int64_t *total, struct error *err)
{
	AUTO(str_list_release) struct str_list after = STR_LIST_INIT;

	if (run_locked(app, req, add_all, &after, out, err) < 0) {
		audit_failure(app, AUDIT_IGNORE_ADD, req, err);
		return -1;
	}
	check_added(req, &after, out);
	audit_results(app, AUDIT_IGNORE_ADD, req, out);
	*total = (int64_t)after.n;
	return 0;
}

int
jails_ignore_remove(struct app *app, const struct jails_ignore *req,
    struct jails_ignore_result *out, int64_t *total, struct error *err)
{
	AUTO(str_list_release) struct str_list after = STR_LIST_INIT;

	if (run_locked(app, req, remove_all, &after, out, err) < 0) {
		audit_failure(app, AUDIT_IGNORE_REMOVE, req, err);
		return -1;
	}
	audit_results(app, AUDIT_IGNORE_REMOVE, req, out);
	*total = (int64_t)after.n;
	return 0;
}
