/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FastCGI parameters, one a line: what is accepted is clean text throughout,
 * and written anew with every byte escaped it is read as the same.
 */
#include "t/fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "api/cookie.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "http/etag.h"
#include "http/request.h"
#include "http/route.h"
#include "service/auth/auth.h"
#include "service/auth/auth_secret.h"

enum { LINES_MAX = 64 };

static int
no_handler(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)rep;
	(void)err;
	return -1;
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/api/a",           ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, no_handler},
    {HTTP_GET, "/api/{x}",         ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, no_handler},
    {HTTP_GET, "/api/a/{y}/b/{z}", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,
     no_handler								       },
};

static bool
is_clean(const char *s)
{
	return !str_has_control(s, strlen(s)) && str_is_utf8(s, strlen(s));
}

static void
check_clean(const struct request *req)
{
	FUZZ_REQUIRE(is_clean(req->path) && req->path[0] == '/');
	for (size_t i = 0; i < req->n_query; i++)
		FUZZ_REQUIRE(is_clean(req->query[i].name) &&
			     is_clean(req->query[i].value));
	for (size_t i = 0; i < req->n_segments; i++)
		if (i < REQUEST_SEGMENTS_MAX)
			FUZZ_REQUIRE(is_clean(req->segments[i]));
	FUZZ_REQUIRE(req->client && *req->client);
	FUZZ_REQUIRE(!req->cookie || is_clean(req->cookie));
}

static void
add_escaped(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_addf(b, "%%%02X", (unsigned char)*s);
}

/* The same request in another spelling; false when it would be too long. */
static bool
respell(const struct request *req, struct buf *uri)
{
	buf_add_str(uri, "REQUEST_URI=");
	for (size_t i = 0; i < req->n_segments; i++) {
		buf_add_char(uri, '/');
		add_escaped(uri, req->segments[i]);
	}
	for (size_t i = 0; i < req->n_query; i++) {
		buf_add_char(uri, i ? '&' : '?');
		add_escaped(uri, req->query[i].name);
		buf_add_char(uri, '=');
		add_escaped(uri, req->query[i].value);
	}
	return !uri->failed && uri->len < LIMIT_URI;
}

static void
check_same(const struct request *a, const struct request *b)
{
	FUZZ_REQUIRE(a->n_segments == b->n_segments);
	for (size_t i = 0; i < a->n_segments; i++)
		FUZZ_REQUIRE(str_eq(a->segments[i], b->segments[i]));
	FUZZ_REQUIRE(a->n_query == b->n_query);
	for (size_t i = 0; i < a->n_query; i++)
		FUZZ_REQUIRE(str_eq(a->query[i].name, b->query[i].name) &&
			     str_eq(a->query[i].value, b->query[i].value));
}

static void
check_respelling(const struct request *req)
{
	static struct request again;
	AUTO(buf_release) struct buf uri = BUF_INIT(65536);
	char client[] = "REMOTE_ADDR=::1";
	char *env[] = {client, NULL, NULL};
	struct error err = ERROR_INIT;

	if (req->n_segments > REQUEST_SEGMENTS_MAX || !respell(req, &uri))
		return;
	env[1] = uri.data;
	FUZZ_REQUIRE(request_parse(&again, env, &err) == 0);
	check_same(req, &again);
}

/* Whatever is taken for a token is "bgt_" and 43 characters of base64url, and
 * with one of them changed it is none. */
static void
check_bearer(const char *header)
{
	static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *text = strrchr(header, ' ');
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	char copy[AUTH_BEARER_SIZE];

	text = text != NULL ? text + 1 : header;
	if (!auth_bearer_hash(text, hash))
		return;
	FUZZ_REQUIRE(str_starts(text, "bgt_") &&
		     strlen(text) == AUTH_BEARER_SIZE - 1 &&
		     strspn(text + 4, ALPHABET) == AUTH_TOKEN_SIZE - 1);
	memcpy(copy, text, sizeof copy);
	copy[sizeof copy / 2] = copy[sizeof copy / 2] == 'A' ? 'B' : 'A';
	FUZZ_REQUIRE(!auth_bearer_hash(copy, hash));
}

static void
check_use(struct request *req)
{
	struct route_match m = route_find(ROUTES, ARRAY_LEN(ROUTES), req);
	char token[AUTH_TOKEN_SIZE];

	FUZZ_REQUIRE(!m.route || m.allow & 1U << m.route->method);
	if (m.route == &ROUTES[2])
		FUZZ_REQUIRE(request_path_param(req, "y") &&
			     request_path_param(req, "z"));
	if (cookie_token(req, token))
		FUZZ_REQUIRE(strlen(token) == AUTH_TOKEN_SIZE - 1);
	if (req->authorization)
		check_bearer(req->authorization);
	if (req->if_none_match)
		(void)etag_matches(req->if_none_match, "\"x\"");
	(void)request_host_is_one_of(req, "example.org [::1]");
}

/* Each line becomes one parameter; text is changed. */
static void
split_lines(char *text, char *env[LINES_MAX + 1])
{
	size_t n = 0;

	while (*text && n < LINES_MAX) {
		size_t len = strcspn(text, "\n");
		bool last = text[len] == '\0';
		env[n++] = text;
		text[len] = '\0';
		text += len + !last;
	}
	env[n] = NULL;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	static struct request req;
	char *text = malloc(size + 1);
	char *env[LINES_MAX + 1];
	struct error err = ERROR_INIT;
	int accepted;

	FUZZ_REQUIRE(text);
	memcpy(text, data, size);
	text[size] = '\0';
	split_lines(text, env);
	accepted = request_parse(&req, env, &err) == 0;
	FUZZ_REQUIRE(req.id && is_clean(req.id) && *req.id);
	FUZZ_REQUIRE(accepted || err.code == ERR_MALFORMED ||
		     err.code == ERR_URI_TOO_LONG);
	if (accepted) {
		check_clean(&req);
		check_respelling(&req);
		check_use(&req);
	}
	free(text);
	return accepted;
}
