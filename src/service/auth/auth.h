/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Set-up and sign-in: the one master password, sessions, the throttle. Rules
 * and their reasons: doc/Architecture.md, "Who may do what". No HTTP here:
 * cookies, headers and CSRF are api/'s.
 */
#ifndef BANGUI_SERVICE_AUTH_H
#define BANGUI_SERVICE_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "service/archive/ban_cursor.h"
#include "store/session_store.h"

struct app;
struct error;

/* "ABCDE-FGHJK-LMNPQ-RSTVW" with NUL: 100 random bits in Crockford base32 */
enum { AUTH_SETUP_CODE_SIZE = 24 };
/* 32 random bytes in base64url without padding, with NUL */
enum { AUTH_TOKEN_SIZE = 44 };
/* "bgt_" and another 32 bytes of the same kind, with NUL */
enum { AUTH_BEARER_SIZE = 4 + AUTH_TOKEN_SIZE };

/** Bytes of the longest password that can be set now: the hash's limit. */
size_t auth_password_max(const struct app *app);

/**
 * At the start of a server: when there is no password and never was a set-up
 * code, make one and log it. However many processes start at once, one of
 * them logs one code.
 */
NODISCARD int auth_first_start(struct app *app, struct error *err);

/** out: set-up has been done. */
NODISCARD int auth_setup_done(struct app *app, bool *out, struct error *err);

/**
 * Make a new one-time set-up code, ending the one before. Only its hash is
 * kept. ERR_SETUP_DONE once there is a password.
 */
NODISCARD int auth_setup_code_new(
    struct app *app, char out[AUTH_SETUP_CODE_SIZE], struct error *err);

struct auth_setup {
	const char *code; /* as typed: case, dashes, spaces do not count */
	size_t code_len;
	const char *password;
	size_t password_len;
	const char *timezone;    /* IANA name, or NULL */
	int64_t session_minutes; /* 0: the setting's value */
	struct addr client;
};

/**
 * Store the first password, once, whoever else is trying at the same moment.
 * ERR_SETUP_DONE, ERR_SETUP_CODE (wrong, used, burnt by ten wrong tries),
 * ERR_INVALID, ERR_THROTTLED (too many failures, or the machine is busy
 * hashing).
 */
NODISCARD int auth_setup(
    struct app *app, const struct auth_setup *req, struct error *err);

/**
 * Set the password from the machine itself (`bangui setup`), no code, also
 * when there is one already. Ends every session.
 */
NODISCARD int auth_setup_local(
    struct app *app, const char *password, size_t len, struct error *err);

struct auth_login {
	const char *password;
	size_t password_len;
	struct addr client;
	const char *user_agent; /* or NULL; cut to what is kept */
	const char *old_token;  /* of this browser, ended by success; or NULL */
};

struct auth_grant {
	char token[AUTH_TOKEN_SIZE]; /* secret: for the cookie only */
	int64_t expires_at;
};

/**
 * Check the password and begin a session. One hash is computed whatever is
 * stored; the throttle answers before hashing. Each failure is one log line
 * login_failed whose leading keys are a contract (the fail2ban filter).
 * ERR_CREDENTIALS, ERR_THROTTLED, ERR_SETUP_REQUIRED.
 */
NODISCARD int auth_login(struct app *app, const struct auth_login *req,
    struct auth_grant *out, struct error *err);

struct auth_session {
	int64_t id;
	int64_t created_at;
	int64_t expires_at; /* absolute end */
	int64_t idle_expires_at;
};

/**
 * Who is this? 1 and *out for a live session, 0 for none such.
 * active  counts as use (not for polls): last_seen moves, written at most
 *         once a minute
 */
NODISCARD int auth_session_find(struct app *app, const char *token, bool active,
    struct auth_session *out, struct error *err);

/** End one session; one that does not exist is no error. */
NODISCARD int auth_logout(
    struct app *app, const char *token, struct error *err);

/* One page of the sessions that are live. */
struct auth_session_page {
	int limit;          /* 1 ... LIMIT_LIST_MAX */
	const char *cursor; /* opaque, from a page before; or NULL */
	int64_t total;      /* filled: of all pages */
	char next_cursor[BAN_CURSOR_SIZE]; /* filled; "" at the end */
	char prev_cursor[BAN_CURSOR_SIZE]; /* filled; "" at the start */
};

/**
 * The newest first; fn's -1 ends it, and what it is given is its until then.
 * ERR_MALFORMED the cursor.
 */
NODISCARD int auth_session_list(struct app *app, struct auth_session_page *page,
    int (*fn)(void *ctx, const struct session_seen *s, struct error *err),
    void *ctx, struct error *err);

/** End one session by its number. ERR_NOT_FOUND. */
NODISCARD int auth_session_end(struct app *app, int64_t id, struct error *err);

/** End every session but one (0: but none). */
NODISCARD int auth_session_end_others(
    struct app *app, int64_t id, int64_t *ended, struct error *err);

/** End every session ("bangui sessions end --all"). */
NODISCARD int auth_logout_all(
    struct app *app, int64_t *ended, struct error *err);

/** Has auth_clean() not been done by this process for five minutes? */
bool auth_clean_is_due(const struct app *app);

/**
 * Old sessions and throttle rows; a bounded step for after a response that
 * does nothing unless it is due.
 */
NODISCARD int auth_clean(struct app *app, struct error *err);

#endif
