/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens for programs: what a script shows instead of a cookie. Each is good
 * for some things only, ends by itself unless somebody said otherwise, and is
 * made by whoever knows the password: a token makes no tokens.
 */
#ifndef BANGUI_SERVICE_AUTH_TOKEN_H
#define BANGUI_SERVICE_AUTH_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"
#include "service/auth/auth.h"
#include "store/token_store.h"

struct addr;
struct app;
struct auth_attempt;
struct error;

/* What a token is good for: a sum of these, as it is stored. None implies
 * another but admin, which is good for everything. */
enum {
	AUTH_SCOPE_READ = 1,
	AUTH_SCOPE_BAN = 2,
	AUTH_SCOPE_ADMIN = 4,
	AUTH_SCOPE_ALL = 7
};

/** "read", "ban", "admin": their bit, or 0. */
unsigned auth_scope_parse(const char *s);
/** The n-th scope of scopes, in that order; NULL after the last. */
const char *auth_scope_name(unsigned scopes, size_t n);

enum { AUTH_TOKEN_FOREVER = -1 };

struct auth_token_req {
	const char *name; /* 1 to LIMIT_TOKEN_NAME bytes of UTF-8 */
	size_t name_len;
	unsigned scopes;
	int64_t expires_in_s; /* or AUTH_TOKEN_FOREVER */
};

struct auth_token_grant {
	char token[AUTH_BEARER_SIZE]; /* secret: shown once, never again */
	int64_t id;
	int64_t expires_at; /* -1: never */
};

/**
 * Make a token for whoever knows the password.
 *
 * ERR_INVALID (a name, scopes or an end that cannot be), ERR_CONFLICT (the
 * name is taken, or there are LIMIT_TOKENS), and what auth_prove() says.
 */
NODISCARD int auth_token_create(struct app *app,
    const struct auth_attempt *attempt, const struct auth_token_req *req,
    struct auth_token_grant *out, struct error *err);

/** The same from the machine itself, without a password. */
NODISCARD int auth_token_create_local(struct app *app,
    const struct auth_token_req *req, struct auth_token_grant *out,
    struct error *err);

/**
 * Whose token is this? 1 and *out for one that is good now, else 0. That it
 * was used, and from where, is noted at most once a minute.
 */
NODISCARD int auth_token_find(struct app *app, const char *text,
    const struct addr *from, struct token_row *out, struct error *err);

/** Every token, the newest first; one that expired is listed for a while. */
NODISCARD int auth_token_list(struct app *app,
    int (*fn)(void *ctx, const struct token_row *row, struct error *err),
    void *ctx, struct error *err);

/** End all of them. */
NODISCARD int auth_token_revoke_all(
    struct app *app, int64_t *revoked, struct error *err);

/** End one for good. ERR_NOT_FOUND. */
NODISCARD int auth_token_revoke(struct app *app, int64_t id, struct error *err);

#endif
