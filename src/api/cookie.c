/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/cookie.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "http/reply.h"
#include "http/request.h"

#define NAME_HTTPS "__Host-bangui"
#define NAME_HTTP "bangui"
#define ATTR_HTTPS "; Path=/; Secure; HttpOnly; SameSite=Strict"
#define ATTR_HTTP "; Path=/api; HttpOnly; SameSite=Strict"

enum { SET_COOKIE_MAX = 256 }; /* name, token, attributes: about 130 */

/* One "name=value" of a Cookie header; both borrowed. */
struct pair {
	const char *name, *value;
	size_t name_len, value_len;
};

/* The pair at *at, which moves behind it; false at the end. */
static bool
pair_next(const char **at, struct pair *out)
{
	const char *s = *at + strspn(*at, "; \t");
	size_t len = strcspn(s, ";");
	const char *eq = memchr(s, '=', len);

	*at = s + len;
	if (*s == '\0')
		return false;
	*out = (struct pair){.name = s, .name_len = len};
	if (eq != NULL) {
		out->name_len = (size_t)(eq - s);
		out->value = eq + 1;
		out->value_len = len - out->name_len - 1;
	}
	while (out->value_len > 0 &&
	       strchr(" \t", out->value[out->value_len - 1]) != NULL)
		out->value_len--;
	return true;
}

static bool
pair_is(const struct pair *p, const char *name)
{
	return p->value != NULL && p->name_len == strlen(name) &&
	       memcmp(p->name, name, p->name_len) == 0;
}

static bool
is_token(const char *s, size_t len)
{
	return len == AUTH_TOKEN_SIZE - 1 &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789-_") >= len;
}

bool
cookie_token(const struct request *req, char out[AUTH_TOKEN_SIZE])
{
	const char *name = req->https ? NAME_HTTPS : NAME_HTTP;
	const char *at = req->cookie;
	struct pair p, found = {0};
	int n = 0;

	while (at != NULL && pair_next(&at, &p)) {
		if (!pair_is(&p, name))
			continue;
		found = p;
		n++;
	}
	/* two: somebody else has set one of them, and we cannot tell which */
	if (n != 1 || !is_token(found.value, found.value_len))
		return false;
	return str_copy_n(out, AUTH_TOKEN_SIZE, found.value, found.value_len);
}

bool
cookie_is_sent(const struct request *req)
{
	const char *at = req->cookie;
	struct pair p;

	while (at != NULL && pair_next(&at, &p))
		if (pair_is(&p, NAME_HTTPS) || pair_is(&p, NAME_HTTP))
			return true;
	return false;
}

int
cookie_set(struct reply *rep, const struct request *req,
    const struct auth_grant *grant, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(SET_COOKIE_MAX);
	int64_t left_s = grant->expires_at - time_now_s();
	int rc;

	buf_addf(&b, "%s=%s; Max-Age=%lld%s",
	    req->https ? NAME_HTTPS : NAME_HTTP, grant->token,
	    (long long)(left_s < 0 ? 0 : left_s),
	    req->https ? ATTR_HTTPS : ATTR_HTTP);
	if (buf_check(&b, err) < 0)
		return -1;
	rc = reply_header(rep, "Set-Cookie", buf_str(&b), err);
	explicit_bzero(b.data, b.len);
	return rc;
}

int
cookie_clear(struct reply *rep, struct error *err)
{
	if (reply_header(rep, "Set-Cookie",
		NAME_HTTPS "=; Max-Age=0" ATTR_HTTPS, err) < 0)
		return -1;
	return reply_header(
	    rep, "Set-Cookie", NAME_HTTP "=; Max-Age=0" ATTR_HTTP, err);
}
