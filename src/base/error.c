/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const NAMES[] = {
    [ERR_NONE] = "none",
    [ERR_MALFORMED] = "malformed_request",
    [ERR_QUERY] = "query_invalid",
    [ERR_UNAUTHENTICATED] = "not_signed_in",
    [ERR_CREDENTIALS] = "wrong_password",
    [ERR_CSRF] = "csrf_check_failed",
    [ERR_SCOPE] = "scope_missing",
    [ERR_FEATURE] = "feature_disabled",
    [ERR_HTTPS] = "https_required",
    [ERR_SETUP_CODE] = "setup_code_refused",
    [ERR_NOT_FOUND] = "not_found",
    [ERR_JAIL_NOT_FOUND] = "jail_not_found",
    [ERR_METHOD] = "method_not_allowed",
    [ERR_CONFLICT] = "conflict",
    [ERR_LOCK_OUT] = "would_lock_out",
    [ERR_SETUP_DONE] = "setup_done",
    [ERR_PRECONDITION] = "changed_meanwhile",
    [ERR_TOO_LARGE] = "body_too_large",
    [ERR_URI_TOO_LONG] = "uri_too_long",
    [ERR_MEDIA_TYPE] = "json_required",
    [ERR_HOST] = "host_not_allowed",
    [ERR_INVALID] = "validation_failed",
    [ERR_QUERY_BROAD] = "query_too_broad",
    [ERR_PRECONDITION_MISSING] = "if_match_required",
    [ERR_THROTTLED] = "too_many_requests",
    [ERR_INTERNAL] = "internal_error",
    [ERR_F2B_DOWN] = "fail2ban_unreachable",
    [ERR_F2B_PROTOCOL] = "fail2ban_protocol_error",
    [ERR_F2B_REFUSED] = "fail2ban_refused",
    [ERR_F2B_TIMEOUT] = "fail2ban_timeout",
    [ERR_REMOTE_DOWN] = "remote_unreachable",
    [ERR_REMOTE_REFUSED] = "remote_refused",
    [ERR_REMOTE_PROTOCOL] = "remote_protocol_error",
    [ERR_REMOTE_TOO_LARGE] = "remote_too_large",
    [ERR_REMOTE_TIMEOUT] = "remote_timeout",
    [ERR_SETUP_REQUIRED] = "setup_required",
    [ERR_OVERLOADED] = "overloaded",
    [ERR_NOMEM] = "out_of_memory",
    [ERR_DB_BUSY] = "database_busy",
    [ERR_DB_FULL] = "database_full",
    [ERR_DB_UNAVAILABLE] = "database_unavailable",
    [ERR_DB_NEWER] = "database_newer",
    [ERR_TIMEOUT] = "timed_out",
    [ERR_CANCELLED] = "cancelled",
    [ERR_RUNNER_LOST] = "runner_lost",
};
_Static_assert(ARRAY_LEN(NAMES) == ERR__MAX, "every code has a name");

const char *
err_name(enum err_code code)
{
	if ((unsigned)code >= ERR__MAX)
		code = ERR_INTERNAL;
	return NAMES[code];
}

void
err_clear(struct error *err)
{
	*err = (struct error)ERROR_INIT;
}

void
err_set_at(struct error *err, const char *where, enum err_code code,
    const char *message, const char *fmt, ...)
{
	va_list args;

	err->code = code;
	err->message = message;
	err->retry_after_s = 0;
	err->where = where;
	err->n_fields = 0;
	va_start(args, fmt);
	(void)vsnprintf(err->detail, sizeof err->detail, fmt, args);
	va_end(args); /* a detail that does not fit is cut: it is for reading */
}

void
err_nomem_at(struct error *err, const char *where)
{
	err_set_at(err, where, ERR_NOMEM,
	    "The server is short of memory. Try again in a moment.", "%s",
	    "allocation failed");
	err->retry_after_s = 5;
}

static void
field_add(struct error *err, const char *name, int column, const char *message)
{
	struct err_field *f;

	if (err->n_fields == ERR_FIELDS_MAX)
		return;
	f = &err->fields[err->n_fields++];
	(void)snprintf(f->name, sizeof f->name, "%s", name);
	f->message = message;
	f->column = column;
}

void
err_field_at(
    struct error *err, const char *where, const char *name, const char *message)
{
	if (err->code != ERR_INVALID)
		err_set_at(err, where, ERR_INVALID,
		    "Some fields are not acceptable. See errors.", "%s", name);
	field_add(err, name, 0, message);
}

void
err_query_at(
    struct error *err, const char *where, int column, const char *message)
{
	if (err->code != ERR_INVALID)
		err_set_at(err, where, ERR_QUERY,
		    "The query cannot be understood. See errors.",
		    "column %d: %s", column, message);
	field_add(err, "q", column, message);
}
