/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/reply.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "http/etag.h"
#include "http/request.h"

enum {
	HEADERS_MAX = 16 * 1024, /* bytes of all headers of an answer */
	MORE_MAX = 64 * 1024,    /* bytes of what a problem has besides */
	BODY_KEPT = 512 * 1024   /* bytes of memory kept for the next */
};

const char REPLY_SECURITY_HEADERS[] =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: accelerometer=(), camera=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

static const struct {
	int status;
	const char *phrase;
} PHRASES[] = {
    {200, "OK"		    },
    {201, "Created"               },
    {202, "Accepted"              },
    {204, "No Content"            },
    {304, "Not Modified"          },
    {400, "Bad Request"           },
    {401, "Unauthorized"          },
    {403, "Forbidden"             },
    {404, "Not Found"             },
    {405, "Method Not Allowed"    },
    {409, "Conflict"              },
    {412, "Precondition Failed"   },
    {413, "Content Too Large"     },
    {414, "URI Too Long"          },
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"   },
    {422, "Unprocessable Content" },
    {428, "Precondition Required" },
    {429, "Too Many Requests"     },
    {500, "Internal Server Error" },
    {502, "Bad Gateway"           },
    {503, "Service Unavailable"   },
    {504, "Gateway Timeout"       },
};

const char *
reply_phrase(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(PHRASES); i++)
		if (PHRASES[i].status == status)
			return PHRASES[i].phrase;
	return "Unknown";
}

static void
set_defaults(struct reply *rep)
{
	rep->status = 200;
	rep->content_type = "application/json";
	rep->etag = false;
	rep->more_name = NULL;
}

void
reply_init(struct reply *rep)
{
	buf_init(&rep->headers, HEADERS_MAX);
	buf_init(&rep->body, LIMIT_REPLY);
	buf_init(&rep->more, MORE_MAX);
	rep->stream = (struct reply_stream){NULL, NULL, NULL};
	set_defaults(rep);
}

void
reply_set_stream(struct reply *rep, const struct reply_stream *s)
{
	reply_end_stream(rep);
	rep->stream = *s;
}

void
reply_end_stream(struct reply *rep)
{
	struct reply_stream s = rep->stream;

	rep->stream = (struct reply_stream){NULL, NULL, NULL};
	if (s.end)
		s.end(s.arg);
}

void
reply_release(struct reply *rep)
{
	reply_end_stream(rep);
	buf_release(&rep->headers);
	buf_release(&rep->body);
	buf_release(&rep->more);
}

struct buf *
reply_more(struct reply *rep, const char *name)
{
	buf_clear(&rep->more);
	rep->more_name = name;
	return &rep->more;
}

void
reply_reset(struct reply *rep)
{
	reply_end_stream(rep);
	if (rep->headers.data) /* a cookie may have been in it */
		explicit_bzero(rep->headers.data, rep->headers.cap);
	buf_clear(&rep->headers);
	buf_clear(&rep->body);
	if (rep->body.cap > BODY_KEPT)
		buf_release(&rep->body);
	set_defaults(rep);
}

static bool
is_header_text(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

int
reply_header(
    struct reply *rep, const char *name, const char *value, struct error *err)
{
	if (!*name || strpbrk(name, ": \t") || !is_header_text(name) ||
	    !is_header_text(value))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. The log has more.",
		    "unfit response header %.40s", name);
	buf_add_str(&rep->headers, name);
	buf_add_str(&rep->headers, ": ");
	buf_add_str(&rep->headers, value);
	buf_add_str(&rep->headers, "\r\n");
	return buf_check(&rep->headers, err);
}

static bool
has_body(int status)
{
	return status != 204 && status != 304;
}

/* The ETag of the body, and a 304 if the client has that body already. */
static void
apply_etag(struct reply *rep, const struct request *req, struct buf *head)
{
	char etag[ETAG_SIZE];

	etag_of(rep->body.data, rep->body.len, etag);
	buf_addf(head, "ETag: %s\r\n", etag);
	if (!req->if_none_match || !etag_matches(req->if_none_match, etag))
		return;
	rep->status = 304;
	buf_clear(&rep->body);
}

int
reply_head(struct reply *rep, const struct request *req, struct buf *head,
    struct error *err)
{
	bool etag = rep->etag && rep->status == 200 && req->method == HTTP_GET;

	if (etag)
		apply_etag(rep, req, head);
	/* An answer that may be asked for again is kept but always checked. */
	buf_add_str(head, etag ? "Cache-Control: private, no-cache\r\n"
			       : "Cache-Control: no-store\r\n");
	buf_add_str(head, "Status: ");
	buf_add_i64(head, rep->status);
	buf_add_char(head, ' ');
	buf_add_str(head, reply_phrase(rep->status));
	if (has_body(rep->status)) {
		buf_add_str(head, "\r\nContent-Type: ");
		buf_add_str(head, rep->content_type);
	}
	if (has_body(rep->status) && !rep->stream.next) {
		buf_add_str(head, "\r\nContent-Length: ");
		buf_add_i64(head, (long long)rep->body.len);
	}
	buf_add_str(head, "\r\nX-Request-ID: ");
	buf_add_str(head, req->id);
	buf_add_str(head, "\r\n");
	buf_add_str(head, REPLY_SECURITY_HEADERS);
	buf_add(head, rep->headers.data, rep->headers.len);
	buf_add_str(head, "\r\n");
	return buf_check(head, err);
}
