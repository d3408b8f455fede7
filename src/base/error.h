/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One error for the whole program. A layer below fills it and returns -1;
 * it travels up untouched and becomes a response and a log line in exactly
 * one place (http/), or a message and an exit code in the command line tools.
 *
 * What the client may read is always a string literal; everything that
 * varies (paths, SQL, errno texts, fail2ban's words) goes to `detail`, which
 * only the log sees.
 */
#ifndef BANGUI_BASE_ERROR_H
#define BANGUI_BASE_ERROR_H

#include <stddef.h>

#include "base/macros.h"

/* One code per thing a client can react to; http/problem.c maps each to a
 * status and its stable name in one table. */
enum err_code {
	ERR_NONE,
	ERR_MALFORMED,            /* 400 the request itself cannot be read */
	ERR_QUERY,                /* 400 query_invalid; fields[] says where */
	ERR_UNAUTHENTICATED,      /* 401 no valid session */
	ERR_CREDENTIALS,          /* 401 wrong password */
	ERR_CSRF,                 /* 403 csrf_check_failed */
	ERR_SCOPE,                /* 403 scope_missing */
	ERR_FEATURE,              /* 403 feature_disabled */
	ERR_HTTPS,                /* 403 https_required */
	ERR_SETUP_CODE,           /* 403 wrong, used or burnt set-up code */
	ERR_NOT_FOUND,            /* 404 no such address of the API */
	ERR_JAIL_NOT_FOUND,       /* 404 */
	ERR_METHOD,               /* 405; reply carries Allow */
	ERR_CONFLICT,             /* 409 */
	ERR_SETUP_DONE,           /* 409 */
	ERR_LOCK_OUT,             /* 409 would_lock_out */
	ERR_PRECONDITION,         /* 412 If-Match failed */
	ERR_TOO_LARGE,            /* 413 */
	ERR_URI_TOO_LONG,         /* 414 */
	ERR_MEDIA_TYPE,           /* 415 */
	ERR_HOST,                 /* 421 host_not_allowed */
	ERR_INVALID,              /* 422 fields[] says which and why */
	ERR_QUERY_BROAD,          /* 422 query_too_broad: takes too long */
	ERR_PRECONDITION_MISSING, /* 428 */
	ERR_THROTTLED,            /* 429 with retry_after_s */
	ERR_INTERNAL,             /* 500 a bug or an impossible state */
	ERR_F2B_DOWN,             /* 502 not reachable */
	ERR_F2B_PROTOCOL,         /* 502 talks nonsense */
	ERR_F2B_REFUSED,          /* 502 refused a valid command */
	ERR_F2B_TIMEOUT,          /* 504 did not answer in time */
	ERR_REMOTE_DOWN,          /* 502 fetch/: no such host, no connection */
	ERR_REMOTE_REFUSED,       /* 502 an address we do not connect to */
	ERR_REMOTE_PROTOCOL,      /* 502 cut, no HTTP, bad certificate */
	ERR_REMOTE_TOO_LARGE,     /* 502 more than was asked for */
	ERR_REMOTE_TIMEOUT,       /* 504 */
	ERR_SETUP_REQUIRED,       /* 503 */
	ERR_OVERLOADED,           /* 503 */
	ERR_NOMEM,                /* 503 */
	ERR_DB_BUSY,              /* 503 database_busy */
	ERR_DB_FULL,              /* 503 database_full */
	ERR_DB_UNAVAILABLE,       /* 503 unreadable, read-only, corrupt */
	ERR_DB_NEWER,             /* 503; exit 78: schema newer than program */
	ERR_TIMEOUT,              /* 504 a job took longer than it may */
	ERR_CANCELLED,            /* 409 a job was told to stop */
	ERR_RUNNER_LOST,          /* 503 a job's process died */
	ERR__MAX
};

enum { ERR_DETAIL_SIZE = 512, ERR_FIELD_SIZE = 112, ERR_FIELDS_MAX = 16 };

/* One field of a request that is not acceptable. */
struct err_field {
	char name[ERR_FIELD_SIZE]; /* as the client spelled it: "ips[3]" */
	const char *message;       /* for the client: always a literal */
	int column; /* in a query, from 1; 0: it is of no place */
};

struct error {
	enum err_code code;
	const char *message; /* for the client: always a literal */
	int retry_after_s;   /* 0: no hint */
	const char *where;   /* function it arose in */
	size_t n_fields;     /* ERR_INVALID, ERR_QUERY: all at once */
	struct err_field fields[ERR_FIELDS_MAX];
	char detail[ERR_DETAIL_SIZE]; /* for the log only */
};

#define ERROR_INIT                                                             \
	{                                                                      \
		.code = ERR_NONE                                               \
	}

/**
 * Fill an error and yield -1, so that a function sets and returns in one
 * line: return err_set(err, ERR_DB_BUSY, "Try again.", "%d ms", ms);
 *
 * message  string literal for the client ("" proves it); says what to do
 * ...      printf format and arguments of the detail, for the log only
 */
#define err_set(err, code, message, ...)                                       \
	(err_set_at((err), __func__, (code), "" message, __VA_ARGS__), -1)

/* Behind the macros, whose -1 the compiler and the analyzers can see. */
void err_set_at(struct error *err, const char *where, enum err_code code,
    const char *message, const char *fmt, ...) PRINTF(5, 6);

/** err_set() for a failed allocation: one message for all of them. */
#define err_nomem(err) (err_nomem_at((err), __func__), -1)

/* behind the macro */
void err_nomem_at(struct error *err, const char *where);

/**
 * Note one more field that is not acceptable, turning err into ERR_INVALID.
 * Keeps the first ERR_FIELDS_MAX; yields -1. name is copied (and cut).
 */
#define err_field(err, name, message)                                          \
	(err_field_at((err), __func__, (name), "" message), -1)

/* behind the macro */
void err_field_at(struct error *err, const char *where, const char *name,
    const char *message);

/**
 * Note a fault in the query "q" at a column, in characters from 1: ERR_QUERY,
 * or one field more of ERR_INVALID when others are not acceptable either.
 * Yields -1.
 */
#define err_query(err, column, message)                                        \
	(err_query_at((err), __func__, (column), "" message), -1)

/* behind the macro; message must be a literal here, too */
void err_query_at(
    struct error *err, const char *where, int column, const char *message);

/** Forget everything: err is as ERROR_INIT again. */
void err_clear(struct error *err);

/** Stable machine-readable name of a code ("jail_not_found"). */
const char *err_name(enum err_code code);

#endif
