/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/f2b/wire_case.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "f2b/pickle.h"
#include "t/lib/unit.h"

static const char *const SAY_PING[] = {"ping"};
static const char *const SAY_VERSION[] = {"version"};

int
note(void *ctx, const struct wire_reply *reply, struct error *err)
{
	struct seen *s = ctx;

	assert_int_equal(reply->index, s->n);
	if (s->n++ == s->fail_at)
		return err_set(err, ERR_F2B_REFUSED, "Refused.", "%s", "sink");
	s->done = reply->done;
	(void)snprintf(s->text, sizeof s->text, "%s",
	    reply->value->type == PICKLE_STR ? reply->value->u.s : "");
	return 0;
}

/* n questions: ping, but the last is version if there are more. */
int
call(struct wire *w, size_t n, struct seen *s, struct error *err)
{
	struct wire_request requests[8];

	assert_true(n <= ARRAY_LEN(requests));
	for (size_t i = 0; i < n; i++)
		requests[i] = (struct wire_request){SAY_PING, 1};
	if (n > 1)
		requests[n - 1].words = SAY_VERSION;
	s->n = 0;
	err_clear(err);
	return wire_call(w, requests, n, note, s, err);
}

int
setup(void **state)
{
	static struct fixture_wire f;

	f = (struct fixture_wire){.seen = SEEN_INIT};
	fake_init(&f.fake);
	assert_int_equal(wire_new(&f.wire, f.fake.path, &f.err), 0);
	*state = &f;
	return 0;
}

int
teardown(void **state)
{
	struct fixture_wire *f = *state;

	wire_free(f->wire);
	fake_release(&f->fake);
	return 0;
}

void
assert_pong(struct fixture_wire *f)
{
	if (call(f->wire, 1, &f->seen, &f->err) < 0)
		fail_msg("%s: %s", err_name(f->err.code), f->err.detail);
	assert_int_equal(f->seen.n, 1);
	assert_true(f->seen.done);
	assert_string_equal(f->seen.text, "pong");
}

void
assert_fails(struct fixture_wire *f, enum err_code code, const char *detail)
{
	f->start = time_mono_ms();
	assert_int_equal(call(f->wire, 1, &f->seen, &f->err), -1);
	assert_string_equal(err_name(f->err.code), err_name(code));
	if (strstr(f->err.detail, detail) == NULL)
		fail_msg("%s", f->err.detail);
	assert_non_null(f->err.message);
}

void
assert_took_between(const struct fixture_wire *f, int64_t min, int64_t max)
{
	int64_t ms = time_mono_ms() - f->start;

	if (ms < min || ms > max)
		fail_msg("took %lld ms", (long long)ms);
}

void
byte_by_byte(int listener, const void *arg)
{
	const struct fake_said *s = arg;
	int conn = fake_accept(listener);

	while (fake_read(conn, 1))
		for (size_t i = 0; i < s->len; i++) {
			fake_say(conn, s->data + i, 1);
			fake_sleep(1);
		}
}
