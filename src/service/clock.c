/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/clock.h"

#include "base/limits.h"
#include "base/log.h"
#include "service/app.h"

bool
clock_look(struct clock_watch *c, const struct app *app)
{
	int64_t apart_s = app->now_s() - app->mono_ms() / 1000;
	int64_t jump_s = c->looked ? apart_s - c->apart_s : 0;
	struct log_line l;

	c->looked = true;
	c->apart_s = apart_s; /* a clock that is slewed is followed */
	if (jump_s <= LIMIT_CLOCK_JUMP_S && jump_s >= -LIMIT_CLOCK_JUMP_S)
		return false;
	log_begin(&l, LOG_LEVEL_WARNING, "clock_jump");
	log_i64(&l, "seconds", jump_s);
	log_end(&l);
	return true;
}
