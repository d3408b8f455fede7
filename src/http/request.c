/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/request.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/num.h"
#include "base/random.h"
#include "base/str.h"

/* Everything of a request that we read, and nothing else: forwarded-for and
 * method override headers have no row, so nobody can obey them by mistake. */
enum cgi {
	CGI_METHOD,
	CGI_URI,
	CGI_SCHEME,
	CGI_CLIENT,
	CGI_CONTENT_LENGTH,
	CGI_CONTENT_TYPE,
	CGI_REQUEST_ID,
	CGI_HOST,
	CGI_ORIGIN,
	CGI_COOKIE,
	CGI_AUTHORIZATION,
	CGI_IF_NONE_MATCH,
	CGI_IF_MATCH,
	CGI_SEC_FETCH_SITE,
	CGI_BANGUI_REQUEST,
	CGI_BANGUI_POLL,
	CGI_IDEMPOTENCY_KEY,
	CGI_USER_AGENT,
	CGI__MAX
};

/* clang-format off */
static const struct {
	const char *name;
	size_t name_len;
} CGI[] = {
#define CGI_ROW(name) { name, sizeof(name) - 1 }
	[CGI_METHOD] = CGI_ROW("REQUEST_METHOD"),
	[CGI_URI] = CGI_ROW("REQUEST_URI"),
	[CGI_SCHEME] = CGI_ROW("REQUEST_SCHEME"),
	[CGI_CLIENT] = CGI_ROW("REMOTE_ADDR"),
	[CGI_CONTENT_LENGTH] = CGI_ROW("CONTENT_LENGTH"),
	[CGI_CONTENT_TYPE] = CGI_ROW("CONTENT_TYPE"),
	[CGI_REQUEST_ID] = CGI_ROW("HTTP_X_REQUEST_ID"),
	[CGI_HOST] = CGI_ROW("HTTP_HOST"),
	[CGI_ORIGIN] = CGI_ROW("HTTP_ORIGIN"),
	[CGI_COOKIE] = CGI_ROW("HTTP_COOKIE"),
	[CGI_AUTHORIZATION] = CGI_ROW("HTTP_AUTHORIZATION"),
	[CGI_IF_NONE_MATCH] = CGI_ROW("HTTP_IF_NONE_MATCH"),
	[CGI_IF_MATCH] = CGI_ROW("HTTP_IF_MATCH"),
	[CGI_SEC_FETCH_SITE] = CGI_ROW("HTTP_SEC_FETCH_SITE"),
	[CGI_BANGUI_REQUEST] = CGI_ROW("HTTP_X_BANGUI_REQUEST"),
	[CGI_BANGUI_POLL] = CGI_ROW("HTTP_X_BANGUI_POLL"),
	[CGI_IDEMPOTENCY_KEY] = CGI_ROW("HTTP_IDEMPOTENCY_KEY"),
	[CGI_USER_AGENT] = CGI_ROW("HTTP_USER_AGENT"),
#undef CGI_ROW
};
/* clang-format on */
_Static_assert(ARRAY_LEN(CGI) == CGI__MAX, "every parameter has a name");

static const char *const METHODS[] = {
    [HTTP_GET] = "GET",
    [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH",
    [HTTP_DELETE] = "DELETE",
    [HTTP_HEAD] = "HEAD",
    [HTTP_OPTIONS] = "OPTIONS",
};
_Static_assert(ARRAY_LEN(METHODS) == HTTP_METHOD__MAX, "one name a method");

/* The one query parameter of the API that may come several times. */
static const char REPEATABLE[] = "jail";

/* Where in a request's store decoded text goes next. */
struct store {
	char *next;
};

static int
malformed(struct error *err, const char *what)
{
	return err_set(err, ERR_MALFORMED,
	    "The request is malformed. Reload the page and try again.", "%s",
	    what);
}

static void
note_param(const char *values[CGI__MAX], const char *entry, enum cgi *twice)
{
	const char *sep = strchr(entry, '=');
	size_t len = sep ? (size_t)(sep - entry) : 0;

	for (int i = 0; sep && i < CGI__MAX; i++) {
		if (CGI[i].name_len != len ||
		    memcmp(CGI[i].name, entry, len) != 0)
			continue;
		/* nginx sends a header that came twice as two parameters */
		if (values[i])
			*twice = (enum cgi)i;
		values[i] = sep + 1;
		return;
	}
}

static bool
is_request_id(const char *s)
{
	static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t len = strlen(s);

	return len > 0 && len <= LIMIT_REQUEST_ID && strspn(s, ALLOWED) == len;
}

/* Theirs if it is clean, else 128 random bits of our own. */
static int
choose_id(struct request *req, const char *theirs, struct error *err)
{
	static const char HEX[] = "0123456789abcdef";
	unsigned char bytes[16];

	req->id = req->id_text;
	req->id_text[0] = '\0';
	if (theirs && is_request_id(theirs) &&
	    str_copy(req->id_text, sizeof req->id_text, theirs))
		return 0;
	if (random_bytes(bytes, sizeof bytes, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof bytes; i++) {
		req->id_text[2 * i] = HEX[bytes[i] >> 4];
		req->id_text[2 * i + 1] = HEX[bytes[i] & 15];
	}
	req->id_text[2 * sizeof bytes] = '\0';
	return 0;
}

static int
check_values(const char *const values[CGI__MAX], struct error *err)
{
	for (int i = 0; i < CGI__MAX; i++) {
		size_t len = values[i] ? strlen(values[i]) : 0;
		if (i == CGI_URI && len > LIMIT_URI)
			return err_set(err, ERR_URI_TOO_LONG,
			    "The address of the request is too long.",
			    "%zu bytes", len);
		if (i != CGI_URI && len > LIMIT_HEADER)
			return err_set(err, ERR_MALFORMED,
			    "A header of the request is too long.",
			    "%s: %zu bytes", CGI[i].name, len);
		if (len && (str_has_control(values[i], len) ||
			       !str_is_utf8(values[i], len)))
			return malformed(err, CGI[i].name);
	}
	return 0;
}

static enum http_method
find_method(const char *name)
{
	for (int i = 0; name && i < HTTP_METHOD__MAX; i++)
		if (str_eq(METHODS[i], name))
			return (enum http_method)i;
	return HTTP_METHOD__MAX;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "%XX" at s stands for, with n > 0 bytes left; -1 if bad. */
static int
percent_byte(const char *s, size_t n)
{
	int high, low;

	if (n < 3)
		return -1;
	high = hex_digit(s[1]);
	low = hex_digit(s[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/*
 * Decode n bytes into the store, with a NUL behind them. plus: '+' is a space,
 * as forms and URLSearchParams write it. Returns the text, or NULL when an
 * escape is bad or when what comes out is no clean text.
 */
static const char *
store_decoded(struct store *st, const char *s, size_t n, bool plus)
{
	char *start = st->next, *to = start;
	size_t i = 0;

	while (i < n) {
		int c = (unsigned char)s[i];
		if (c == '%')
			c = percent_byte(s + i, n - i);
		else if (c == '+' && plus)
			c = ' ';
		if (c < 0)
			return NULL;
		i += s[i] == '%' ? 3 : 1;
		*to++ = (char)c;
	}
	n = (size_t)(to - start);
	if (str_has_control(start, n) || !str_is_utf8(start, n))
		return NULL;
	*to = '\0';
	st->next = to + 1;
	return start;
}

/* Split before decoding: an encoded slash is a character of its part. The
 * parts are clean since the whole is: a slash splits no character. */
static int
parse_path(struct request *req, struct store *st, const char *path, size_t len,
    struct error *err)
{
	size_t from = 1, i = 1;

	if (len == 0 || path[0] != '/')
		return malformed(err, "path without a leading slash");
	req->path = store_decoded(st, path, len, false);
	if (!req->path)
		return malformed(err, "path");
	for (; i <= len; i++) {
		if (i < len && path[i] != '/')
			continue;
		if (req->n_segments < REQUEST_SEGMENTS_MAX)
			req->segments[req->n_segments] =
			    store_decoded(st, path + from, i - from, false);
		req->n_segments++;
		from = i + 1;
	}
	return 0;
}

static int
add_query_param(struct request *req, struct store *st, const char *pair,
    size_t len, struct error *err)
{
	const char *sep = memchr(pair, '=', len);
	size_t name_len = sep ? (size_t)(sep - pair) : len;
	const char *value = sep ? sep + 1 : pair + len;
	struct request_param *p;

	if (req->n_query == LIMIT_QUERY_PARAMS)
		return malformed(err, "too many query parameters");
	p = &req->query[req->n_query];
	p->name = store_decoded(st, pair, name_len, true);
	p->value = store_decoded(st, value, (size_t)(pair + len - value), true);
	if (!p->name || !p->value)
		return malformed(err, "query");
	p->name_len = strlen(p->name);
	if (!str_eq(p->name, REPEATABLE) && request_query(req, p->name))
		return malformed(err, "query parameter twice");
	req->n_query++;
	return 0;
}

static int
parse_query(
    struct request *req, struct store *st, const char *query, struct error *err)
{
	while (*query) {
		size_t len = strcspn(query, "&");
		if (len && add_query_param(req, st, query, len, err) < 0)
			return -1;
		query += len;
		query += *query == '&';
	}
	return 0;
}

static int
parse_uri(struct request *req, const char *uri, struct error *err)
{
	struct store st = {.next = req->store};
	size_t path_len = strcspn(uri, "?");

	if (parse_path(req, &st, uri, path_len, err) < 0)
		return -1;
	if (!uri[path_len])
		return 0;
	return parse_query(req, &st, uri + path_len + 1, err);
}

static int
parse_length(struct request *req, const char *value, struct error *err)
{
	int64_t length = 0;

	/* nginx sends the parameter empty when there is no body */
	if (value && *value &&
	    !num_parse_i64(value, strlen(value), 0, INT64_MAX, &length))
		return malformed(err, "Content-Length");
	req->content_length = (size_t)length;
	return 0;
}

static int
parse_client(struct request *req, const char *value, struct error *err)
{
	if (!value || !addr_parse(value, strlen(value), &req->client_addr))
		return malformed(err, "REMOTE_ADDR is no address");
	addr_format(&req->client_addr, req->client_text);
	req->client = req->client_text;
	return 0;
}

static void
set_headers(struct request *req, const char *const values[CGI__MAX])
{
	const char *type = values[CGI_CONTENT_TYPE];

	req->content_type = type && *type ? type : NULL; /* nginx: "" is none */
	req->host = values[CGI_HOST];
	req->origin = values[CGI_ORIGIN];
	req->cookie = values[CGI_COOKIE];
	req->authorization = values[CGI_AUTHORIZATION];
	req->if_none_match = values[CGI_IF_NONE_MATCH];
	req->if_match = values[CGI_IF_MATCH];
	req->sec_fetch_site = values[CGI_SEC_FETCH_SITE];
	req->bangui_request = values[CGI_BANGUI_REQUEST];
	req->bangui_poll = values[CGI_BANGUI_POLL];
	req->idempotency_key = values[CGI_IDEMPOTENCY_KEY];
	req->user_agent = values[CGI_USER_AGENT];
}

int
request_parse(struct request *req, char *const *envp, struct error *err)
{
	const char *values[CGI__MAX] = {NULL};
	enum cgi twice = CGI__MAX;
	enum http_method method;

	memset(req, 0, offsetof(struct request, store));
	req->body = "";
	for (; *envp; envp++)
		note_param(values, *envp, &twice);
	method = find_method(values[CGI_METHOD]);
	req->head = method == HTTP_HEAD;
	req->method = req->head ? HTTP_GET : method;
	req->https = values[CGI_SCHEME] && str_eq(values[CGI_SCHEME], "https");
	if (choose_id(req, values[CGI_REQUEST_ID], err) < 0 ||
	    parse_client(req, values[CGI_CLIENT], err) < 0 ||
	    check_values(values, err) < 0)
		return -1;
	if (twice != CGI__MAX)
		return malformed(err, CGI[twice].name);
	set_headers(req, values);
	if (parse_length(req, values[CGI_CONTENT_LENGTH], err) < 0)
		return -1;
	if (!values[CGI_URI])
		return malformed(err, "no REQUEST_URI");
	return parse_uri(req, values[CGI_URI], err);
}

/* "[::1]:8080" and "example.org:8080" without the port. */
static size_t
host_name_len(const char *host)
{
	const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;

	return bracket ? (size_t)(bracket - host) + 1 : strcspn(host, ":");
}

bool
request_host_is_one_of(const struct request *req, const char *hosts)
{
	size_t len = req->host ? host_name_len(req->host) : 0;

	while (*hosts) {
		size_t n = strcspn(hosts, " ");
		if (n > 0 && n == len && strncasecmp(hosts, req->host, n) == 0)
			return true;
		hosts += n;
		hosts += strspn(hosts, " ");
	}
	return false;
}

const char *
request_method_name(enum http_method method)
{
	return (unsigned)method < HTTP_METHOD__MAX ? METHODS[method] : "?";
}

static const char *
find_param(
    const struct request_param *params, size_t n, const char *name, size_t nth)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (params[i].name_len == len &&
		    memcmp(params[i].name, name, len) == 0 && nth-- == 0)
			return params[i].value;
	return NULL;
}

const char *
request_path_param(const struct request *req, const char *name)
{
	return find_param(req->params, req->n_params, name, 0);
}

const char *
request_query(const struct request *req, const char *name)
{
	return find_param(req->query, req->n_query, name, 0);
}

const char *
request_query_nth(const struct request *req, const char *name, size_t nth)
{
	return find_param(req->query, req->n_query, name, nth);
}
