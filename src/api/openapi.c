/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The description of this API: doc/openapi.yaml, as the build embedded it. */
#include "api/openapi.h"

#include "api/handlers.h"
#include "base/buf.h"
#include "http/reply.h"

int
api_openapi(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app; /* anybody gets the same answer */
	(void)req;
	for (size_t i = 0; i < OPENAPI_LEN; i++)
		buf_add_str(&rep->body, OPENAPI[i]);
	rep->etag = true;
	return buf_check(&rep->body, err);
}
