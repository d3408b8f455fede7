/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/f2b/cmd_case.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "f2b/cmd.h"
#include "f2b/frame.h"
#include "t/lib/unit.h"

/* "ERR: Invalid command", as it comes from a server that knows no better */
#define INVALID                                                                \
	"\x80\x05K\x01\x8c\x08"                                                \
	"builtins\x8c\x09"                                                     \
	"Exception\x93\x8c\x0fInvalid command\x85R\x86." FRAME_END

struct fixtures fixtures;

struct server {
	const char *folder; /* of the replies */
	/* a request with this word gets this reply; or NULL */
	const char *word, *reply;
};

struct cmd_case here;

int
load(void **state)
{
	(void)state;
	fixtures_load(&fixtures);
	return 0;
}

int
unload(void **state)
{
	(void)state;
	fixtures_release(&fixtures);
	return 0;
}

/* --- the script --------------------------------------------------------- */

static size_t
read_request(int conn, char *out, size_t size)
{
	size_t n = 0;

	while (n < size && read(conn, out + n, 1) == 1) {
		n++;
		if (n >= FRAME_END_LEN && memcmp(out + n - FRAME_END_LEN,
					      FRAME_END, FRAME_END_LEN) == 0)
			return n;
	}
	return 0;
}

/* Of several captures of one request the one with the shortest name: others
 * were made later, when bans were lifted or jails were gone. */
static const struct fixture *
reply_to(const char *folder, const char *request, size_t len)
{
	const struct fixture *best = NULL;

	for (size_t i = 0; i < fixtures.n; i++) {
		const struct fixture *item = &fixtures.items[i];

		if (fixture_in(item, folder) && item->len == len &&
		    fixture_ends(item, ".reqmin.bin") &&
		    memcmp(item->data, request, len) == 0 &&
		    (best == NULL || strlen(item->name) < strlen(best->name)))
			best = item;
	}
	return best == NULL ? NULL
			    : fixtures_beside(
				  &fixtures, best, ".reqmin.bin", ".rep.bin");
}

static const struct fixture *
named(const char *folder, const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof path, "%s/%s.rep.bin", folder, name);
	return fixtures_find(&fixtures, path);
}

static bool
has_word(const char *request, size_t len, const char *word)
{
	return memmem(request, len, word, strlen(word)) != NULL;
}

/* The bytes of one request are found among the captured ones. What was not
 * captured of the jail "full" is answered as for another jail. */
static void
answer(int conn, const struct server *s, const char *request, size_t len)
{
	static const char *const STAND_INS[][2] = {
	    {"short",                "status-sshd-short"            },
	    {"bantime.increment",    "get-incr-bantime-increment"   },
	    {"bantime.overalljails", "get-incr-bantime-overalljails"},
	    {"bantime.maxtime",      "get-incr-bantime-maxtime"     },
	    {"bantime.rndtime",      "get-incr-bantime-rndtime"     },
	    {"bantime.factor",       "get-incr-bantime-factor"      },
	    {"bantime.formula",      "get-incr-bantime-formula"     },
	    {"bantime.multipliers",  "get-incr-bantime-multipliers" },
	};
	const struct fixture *r = NULL;

	if (s->word != NULL && has_word(request, len, s->word))
		r = fixtures_find(&fixtures, s->reply);
	if (r == NULL)
		r = reply_to(s->folder, request, len);
	for (size_t i = 0; r == NULL && i < ARRAY_LEN(STAND_INS); i++)
		if (has_word(request, len, "full") &&
		    has_word(request, len, STAND_INS[i][0]))
			r = named(s->folder, STAND_INS[i][1]);
	if (r == NULL && has_word(request, len, "nosuch"))
		r = named(s->folder, "err-unknown-jail-status");
	if (r == NULL)
		fake_say(conn, INVALID, sizeof INVALID - 1);
	else
		fake_say(conn, r->data, r->len);
}

static void
captured(int listener, const void *arg)
{
	char request[8192];

	for (;;) {
		int conn = fake_accept(listener);
		size_t n;

		while ((n = read_request(conn, request, sizeof request)) > 0)
			answer(conn, arg, request, n);
		(void)close(conn);
	}
}

void
serve(fake_script *script, const void *arg)
{
	here.err = (struct error)ERROR_INIT;
	fake_init(&here.fake);
	fake_start(&here.fake, 1, script, arg);
	assert_int_equal(f2b_new(&here.f2b, here.fake.path, &here.err), 0);
}

void
serve_but(const char *folder, const char *word, const char *reply)
{
	static struct server s;

	s = (struct server){folder, word, reply};
	serve(captured, &s);
}

void
serve_folder(const char *folder)
{
	serve_but(folder, NULL, NULL);
}

int
end(void **state)
{
	(void)state;
	f2b_free(here.f2b);
	here.f2b = NULL;
	fake_release(&here.fake);
	return 0;
}

void
must(int rc)
{
	if (rc < 0)
		fail_msg("%s: %s", err_name(here.err.code), here.err.detail);
}

void
must_fail(int rc, enum err_code code)
{
	assert_int_equal(rc, -1);
	if (here.err.code != code)
		fail_msg("%s: %s", err_name(here.err.code), here.err.detail);
	err_clear(&here.err);
}
