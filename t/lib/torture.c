/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/torture.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "t/lib/unit.h"

enum {
	LIVE_MAX = 65536, /* blocks that one attempt may hold at a time */
	RUNS_MAX = 10000, /* an attempt with more allocations is no unit */
};

/* clang-format off */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void __wrap_free(void *p);
/* clang-format on */

static struct {
	bool armed;
	bool fired;
	size_t fail_at; /* 0: none */
	size_t count;   /* allocations since arming */
	size_t n_live;
	void *live[LIVE_MAX];
} state;

static bool
fails_now(void)
{
	if (!state.armed)
		return false;
	state.count++;
	if (state.count != state.fail_at)
		return false;
	state.fired = true;
	return true;
}

static void
forget(const void *p)
{
	/* from the end: most blocks are freed soon after they were made */
	for (size_t i = state.n_live; i > 0; i--) {
		if (state.live[i - 1] != p)
			continue;
		state.live[i - 1] = state.live[--state.n_live];
		return;
	}
}

static void *
remember(void *p)
{
	if (!state.armed || p == NULL)
		return p;
	if (state.n_live == LIVE_MAX)
		fail_msg("more than %d blocks alive", LIVE_MAX);
	state.live[state.n_live++] = p;
	return p;
}

void *
__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : remember(__real_malloc(size));
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return fails_now() ? NULL : remember(__real_calloc(n, size));
}

void *
__wrap_realloc(void *p, size_t size)
{
	if (fails_now())
		return NULL;
	forget(p);
	return remember(__real_realloc(p, size));
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	if (fails_now())
		return NULL;
	forget(p);
	return remember(__real_reallocarray(p, n, size));
}

char *
__wrap_strdup(const char *s)
{
	return fails_now() ? NULL : remember(__real_strdup(s));
}

char *
__wrap_strndup(const char *s, size_t n)
{
	return fails_now() ? NULL : remember(__real_strndup(s, n));
}

void
__wrap_free(void *p)
{
	if (p != NULL)
		forget(p);
	__real_free(p);
}

void
torture_arm(size_t n)
{
	state.armed = true;
	state.fired = false;
	state.fail_at = n;
	state.count = 0;
	state.n_live = 0;
}

bool
torture_disarm(void)
{
	state.armed = false;
	return state.fired;
}

size_t
torture_live(void)
{
	return state.n_live;
}

size_t
torture_run(torture_attempt *attempt, void *arg)
{
	for (size_t n = 1; n <= RUNS_MAX; n++) {
		struct error err = ERROR_INIT;
		bool fired;
		int r;

		torture_arm(n);
		r = attempt(arg, &err);
		fired = torture_disarm();
		if (torture_live() != 0)
			fail_msg("allocation %zu failing leaks %zu blocks", n,
			    torture_live());
		if (fired && (r != -1 || err.code != ERR_NOMEM))
			fail_msg("allocation %zu failing gave %d, %s: %s", n, r,
			    err_name(err.code), err.detail);
		if (fired)
			continue;
		if (r != 0)
			fail_msg("the undisturbed run failed: %s", err.detail);
		if (n == 1)
			fail_msg("nothing was allocated through the wrappers");
		return n - 1;
	}
	fail_msg("still allocating after %d runs", RUNS_MAX);
	return 0;
}
