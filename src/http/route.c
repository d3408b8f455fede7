/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/route.h"

#include <string.h>

#include "base/str.h"

/* One part of a route's path, "{jail}" or a literal. */
struct part {
	const char *s;
	size_t len;
	bool is_param;
};

/* The part that begins behind the slash at *at; *at moves to its end. */
static bool
next_part(const char **at, struct part *out)
{
	if (**at != '/')
		return false;
	out->s = *at + 1;
	out->len = strcspn(out->s, "/");
	*at = out->s + out->len;
	out->is_param =
	    out->len > 2 && out->s[0] == '{' && out->s[out->len - 1] == '}';
	return true;
}

/* How a path fits a row: not at all, or with how many parameters. */
enum { NO_FIT = -1 };

static int
fit(const struct route *route, const struct request *req)
{
	const char *at = route->path;
	struct part part;
	size_t i = 0;
	int n_params = 0;

	for (; next_part(&at, &part); i++) {
		const char *segment;
		if (i == req->n_segments)
			return NO_FIT;
		segment = req->segments[i];
		if (part.is_param && *segment)
			n_params++;
		else if (part.is_param || strlen(segment) != part.len ||
			 memcmp(segment, part.s, part.len) != 0)
			return NO_FIT;
	}
	return i == req->n_segments ? n_params : NO_FIT;
}

static void
take_params(const struct route *route, struct request *req)
{
	const char *at = route->path;
	struct part part;

	for (size_t i = 0; next_part(&at, &part); i++) {
		struct request_param *p = &req->params[req->n_params];
		if (!part.is_param)
			continue;
		p->name = part.s + 1; /* without its braces */
		p->name_len = part.len - 2;
		p->value = req->segments[i];
		req->n_params++;
	}
}

struct route_match
route_find(const struct route *routes, size_t n, struct request *req)
{
	struct route_match found = {NULL, 0};
	int best = REQUEST_PATH_PARAMS_MAX + 1;

	if (req->n_segments > REQUEST_SEGMENTS_MAX)
		return found;
	for (size_t i = 0; i < n; i++) {
		int params = fit(&routes[i], req);
		if (params == NO_FIT)
			continue;
		found.allow |= 1U << routes[i].method;
		if (routes[i].method != req->method || params >= best)
			continue;
		found.route = &routes[i];
		best = params;
	}
	if (found.allow & 1U << HTTP_GET)
		found.allow |= 1U << HTTP_HEAD;
	if (found.allow)
		found.allow |= 1U << HTTP_OPTIONS;
	if (found.route)
		take_params(found.route, req);
	return found;
}

/* The same set of paths, whatever their parameters are called. */
static bool
same_shape(const char *a, const char *b)
{
	struct part pa, pb;

	for (;;) {
		bool more = next_part(&a, &pa);
		if (next_part(&b, &pb) != more)
			return false;
		if (!more)
			return true;
		if (pa.is_param != pb.is_param)
			return false;
		if (!pa.is_param &&
		    (pa.len != pb.len || memcmp(pa.s, pb.s, pa.len) != 0))
			return false;
	}
}

static const char *
check_path(const char *path)
{
	struct part part;
	size_t n = 0, n_params = 0;

	if (!str_starts(path, "/api/"))
		return "the path does not begin with /api/";
	while (next_part(&path, &part)) {
		n++;
		n_params += part.is_param;
		if (part.len == 0)
			return "the path has an empty part";
		if (!part.is_param && strcspn(part.s, "{}") < part.len)
			return "a parameter is not one whole part";
	}
	if (n > REQUEST_SEGMENTS_MAX || n_params > REQUEST_PATH_PARAMS_MAX)
		return "the path has too many parts";
	return NULL;
}

/* Does a row of this access look at who is calling? */
static bool
asks_who(enum access access)
{
	return access == ACCESS_PUBLIC_MORE || access == ACCESS_SESSION ||
	       access == ACCESS_SESSION_CSRF;
}

static const char *
check_row(const struct route *route)
{
	if (route->method == HTTP_HEAD || route->method == HTTP_OPTIONS ||
	    (unsigned)route->method >= HTTP_METHOD__MAX)
		return "the method is not one for a row";
	if ((unsigned)route->access >= ACCESS__MAX ||
	    (unsigned)route->rate >= RATE__MAX)
		return "access or rate are not set";
	if ((unsigned)route->scope >= SCOPE__MAX ||
	    (route->scope != SCOPE_NONE) != asks_who(route->access))
		return "the scope does not fit the access";
	if (route->method == HTTP_GET && route->body_max > 0)
		return "a GET takes a body";
	if (!route->handler)
		return "there is no handler";
	return check_path(route->path);
}

const char *
route_table_fault(const struct route *routes, size_t n, size_t *row)
{
	const char *fault;

	for (*row = 0; *row < n; ++*row) {
		const struct route *r = &routes[*row];
		fault = check_row(r);
		if (fault)
			return fault;
		for (size_t i = 0; i < *row; i++)
			if (routes[i].method == r->method &&
			    same_shape(routes[i].path, r->path))
				return "another row answers the same";
	}
	return NULL;
}
