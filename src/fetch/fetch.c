/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/fetch.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"

#define USER_AGENT "bangui/" PACKAGE_VERSION

enum { PORT_AT = 2 }; /* of a port in both kinds of socket addresses */

/* One exchange under way, as the callbacks of libcurl see it. */
struct exchange {
	const struct fetch_request *req;
	struct fetch_header *headers;
	size_t n_headers;
	size_t head_bytes; /* of all headers so far */
	bool head_too_large;
	bool opened;  /* a connection was */
	bool refused; /* an address was */
	char refused_text[ADDR_TEXT_SIZE];
	bool beat_failed;
	struct error beat_err;
	struct buf body;
	char trouble[CURL_ERROR_SIZE]; /* libcurl's words */
};

static void
exchange_release(struct exchange *x)
{
	buf_release(&x->body);
}

static void
easy_freep(CURL **easy)
{
	if (*easy != NULL)
		curl_easy_cleanup(*easy);
}

static void
list_freep(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

/* Of sockaddr_in and sockaddr_in6, which agree on the place. */
static uint16_t
port_of(const struct sockaddr *sa)
{
	uint8_t b[2];

	memcpy(b, (const char *)sa + PORT_AT, sizeof b);
	return (uint16_t)(b[0] << 8 | b[1]);
}

/* libcurl is about to connect there: the one moment at which names, numbers
 * and redirects have all become an address. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct exchange *x = arg;
	fetch_policy *may = x->req->may_connect;
	struct addr a;

	if (purpose != CURLSOCKTYPE_IPCXN || !addr_from_sockaddr(&to->addr, &a))
		return CURL_SOCKET_BAD;
	if (!(may != NULL ? may : fetch_to_public)(&a, port_of(&to->addr))) {
		x->refused = true;
		addr_format(&a, x->refused_text);
		return CURL_SOCKET_BAD;
	}
	x->opened = true;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t
take_body(char *data, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;

	buf_add(&x->body, data, size * n); /* size is 1: see the manual */
	return x->body.failed ? 0 : size * n;
}

/* "Name: value" and a line end, if it is the one that is asked for. */
static void
take_value(struct fetch_header *h, const char *line, size_t len)
{
	size_t name_len = strlen(h->name);

	if (len <= name_len || line[name_len] != ':' ||
	    strncasecmp(line, h->name, name_len) != 0)
		return;
	line += name_len + 1;
	len -= name_len + 1;
	while (len > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	if (str_has_control(line, len) ||
	    !str_copy_n(h->value, sizeof h->value, line, len))
		h->value[0] = '\0';
}

/* A status line begins a new answer, of which alone the headers count. */
static size_t
take_header(char *line, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	size_t len = size * n;

	if (len > LIMIT_FETCH_HEAD - x->head_bytes) {
		x->head_too_large = true;
		return 0;
	}
	x->head_bytes += len;
	for (size_t i = 0; i < x->n_headers; i++) {
		if (len > 5 && memcmp(line, "HTTP/", 5) == 0)
			x->headers[i].value[0] = '\0';
		take_value(&x->headers[i], line, len);
	}
	return len;
}

static int
beat(void *arg, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
    curl_off_t up)
{
	struct exchange *x = arg;

	(void)down_all; /* libcurl's signature: the figures are of no use */
	(void)down;
	(void)up_all;
	(void)up;
	if (x->req->beat == NULL)
		return 0;
	x->beat_failed = x->req->beat(x->req->beat_arg, &x->beat_err) < 0;
	return x->beat_failed ? 1 : 0;
}

/* What holds of every exchange. */
static const struct {
	CURLoption option;
	long value;
} FIXED[] = {
    {CURLOPT_NOSIGNAL,                 1                     },
    {CURLOPT_NOPROGRESS,               0                     }, /* beat() */
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1                     },
    {CURLOPT_CONNECTTIMEOUT_MS,        LIMIT_FETCH_CONNECT_MS},
    {CURLOPT_LOW_SPEED_LIMIT,          LIMIT_FETCH_SLOW_BYTES},
    {CURLOPT_LOW_SPEED_TIME,           LIMIT_FETCH_SLOW_S    },
 /* a resolver that hangs must not be waited for at the end */
    {CURLOPT_QUICK_EXIT,               1                     },
};

static bool
set_long(CURL *easy, CURLoption option, long value)
{
	return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

static bool
set_text(CURL *easy, CURLoption option, const char *value)
{
	return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

/* Where it may go, and how far. */
static bool
set_reach(CURL *easy, const struct fetch_request *req)
{
	const char *schemes = req->https_only ? "https" : "http,https";
	unsigned redirects = req->redirects < LIMIT_FETCH_REDIRECTS
				 ? req->redirects
				 : LIMIT_FETCH_REDIRECTS;

	for (size_t i = 0; i < ARRAY_LEN(FIXED); i++)
		if (!set_long(easy, FIXED[i].option, FIXED[i].value))
			return false;
	/* "" is "none, whatever the environment says" */
	return set_text(easy, CURLOPT_PROXY, "") &&
	       set_text(easy, CURLOPT_PROTOCOLS_STR, schemes) &&
	       set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, schemes) &&
	       set_long(easy, CURLOPT_FOLLOWLOCATION, redirects > 0) &&
	       set_long(easy, CURLOPT_MAXREDIRS, (long)redirects) &&
	       set_long(easy, CURLOPT_TIMEOUT_MS,
		   req->total_ms > 0 ? (long)req->total_ms
				     : LIMIT_FETCH_TOTAL_MS) &&
	       curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
		   (curl_off_t)req->max_bytes) == CURLE_OK;
}

static bool
set_callbacks(CURL *easy, struct exchange *x)
{
	return curl_easy_setopt(
		   easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, x) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body) ==
		   CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, x) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header) ==
		   CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HEADERDATA, x) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, beat) ==
		   CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_XFERINFODATA, x) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, x->trouble) ==
		   CURLE_OK;
}

static bool
add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

/* The URL and what is sent. list is the caller's, until the end. */
static bool
set_message(
    CURL *easy, const struct fetch_request *req, struct curl_slist **list)
{
	char type[FETCH_VALUE_SIZE];

	if (!set_text(easy, CURLOPT_URL, req->url) ||
	    !set_text(easy, CURLOPT_USERAGENT, USER_AGENT))
		return false;
	if (req->body == NULL)
		return true;
	(void)snprintf(type, sizeof type, "Content-Type: %s",
	    req->content_type); /* a literal of the caller */
	return add_line(list, type) &&
	       add_line(list, "Expect:") && /* do not ask before sending */
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *list) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		   (curl_off_t)req->body_len) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_POSTFIELDS, req->body) ==
		   CURLE_OK;
}

static int
refuse(const char *why, struct error *err)
{
	return err_set(err, ERR_REMOTE_REFUSED,
	    "BanGUI does not connect to that address. Use a public one.", "%s",
	    why);
}

/* A connection was not made. */
static int
no_connection(const struct exchange *x, const char *why, struct error *err)
{
	if (x->refused)
		return refuse(x->refused_text, err);
	return err_set(err, ERR_REMOTE_DOWN,
	    "The other server cannot be reached. Try again later.", "%s", why);
}

static int
too_large(const struct exchange *x, struct error *err)
{
	return err_set(err, ERR_REMOTE_TOO_LARGE,
	    "The other server sends more than is taken.",
	    "more than %zu bytes of body or %ld of headers", x->req->max_bytes,
	    LIMIT_FETCH_HEAD);
}

static int
broken(const char *why, struct error *err)
{
	return err_set(err, ERR_REMOTE_PROTOCOL,
	    "The other server gives no usable answer. Try again later.", "%s",
	    why);
}

/* A callback of ours would not take more. */
static int
not_taken(const struct exchange *x, const char *why, struct error *err)
{
	if (x->body.too_big || x->head_too_large)
		return too_large(x, err);
	return x->body.failed ? err_nomem(err) : broken(why, err);
}

/* "Unsupported protocol" is also an answer without a head (HTTP/0.9). */
static bool
is_bad_url(const struct exchange *x, CURLcode rc)
{
	if (rc == CURLE_UNSUPPORTED_PROTOCOL)
		return !x->opened || x->head_bytes > 0;
	return rc == CURLE_URL_MALFORMAT || rc == CURLE_LOGIN_DENIED;
}

static int
failed(const struct exchange *x, CURLcode rc, struct error *err)
{
	const char *why =
	    x->trouble[0] != '\0' ? x->trouble : curl_easy_strerror(rc);

	if (x->beat_failed) {
		*err = x->beat_err;
		return -1;
	}
	if (rc == CURLE_OUT_OF_MEMORY)
		return err_nomem(err);
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return err_set(err, ERR_REMOTE_TIMEOUT,
		    "The other server is too slow. Try again later.", "%s",
		    why);
	if (rc == CURLE_COULDNT_CONNECT || rc == CURLE_COULDNT_RESOLVE_HOST)
		return no_connection(x, why, err);
	if (is_bad_url(x, rc))
		return refuse(why, err);
	if (rc == CURLE_FILESIZE_EXCEEDED)
		return too_large(x, err);
	if (rc == CURLE_WRITE_ERROR)
		return not_taken(x, why, err);
	return broken(why, err);
}

/* Without a scheme libcurl would guess one by the name of the host. */
static bool
has_scheme(const char *url)
{
	return strncasecmp(url, "http://", strlen("http://")) == 0 ||
	       strncasecmp(url, "https://", strlen("https://")) == 0;
}

static int
run(struct exchange *x, long *status, struct error *err)
{
	AUTO(list_freep) struct curl_slist *list = NULL;
	AUTO(easy_freep) CURL *easy = NULL;
	CURLcode rc;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_nomem(err);
	easy = curl_easy_init();
	if (easy == NULL || !set_reach(easy, x->req) ||
	    !set_callbacks(easy, x) || !set_message(easy, x->req, &list))
		return err_nomem(err);
	rc = curl_easy_perform(easy);
	if (rc != CURLE_OK)
		return failed(x, rc, err);
	if (curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, status) != CURLE_OK)
		return broken("no status", err);
	return 0;
}

void
fetch_reply_release(struct fetch_reply *reply)
{
	buf_release(&reply->body);
}

int
fetch(const struct fetch_request *req, struct fetch_header *headers, size_t n,
    struct fetch_reply *reply, struct error *err)
{
	AUTO(exchange_release)
	struct exchange x = {
	    .req = req,
	    .headers = headers,
	    .n_headers = n,
	    .beat_err = ERROR_INIT,
	    .body = BUF_INIT(req->max_bytes),
	};
	long status = 0;

	for (size_t i = 0; i < n; i++)
		headers[i].value[0] = '\0';
	if (!has_scheme(req->url))
		return refuse("neither http:// nor https://", err);
	if (run(&x, &status, err) < 0)
		return -1;
	reply->status = (int)status;
	reply->body = x.body;
	buf_init(&x.body, 0);
	return 0;
}
