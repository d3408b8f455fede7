/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of .local files: what is read is read the same when it is written
 * again, holds no line that fail2ban would take for something else, and what
 * the option table takes beyond patterns holds nothing that a shell or Python
 * would run.
 */
#include "t/fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_option.h"
#include "f2b/conf_text.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

static bool
exists(const void *ctx, enum conf_dir dir, const char *name)
{
	(void)ctx;
	(void)dir;
	(void)name;
	return true;
}

/* By hand, line by line: what fail2ban's reader makes of it. */
static void
check_value(const char *value)
{
	for (const char *at = value;; at += strcspn(at, "\n") + 1) {
		size_t n = strcspn(at, "\n");

		FUZZ_REQUIRE(value[0] == '\0' || n > 0);
		FUZZ_REQUIRE(n == 0 || (strchr(" \t#;", at[0]) == NULL &&
					   at[n - 1] != ' '));
		for (size_t i = 0; i < n; i++)
			FUZZ_REQUIRE((unsigned char)at[i] >= ' ');
		if (at[n] == '\0')
			return;
	}
}

static void
check_harmless(const struct conf_option *o, const char *value)
{
	if (o->kind == CONF_PATTERN || o->kind == CONF_PATTERNS)
		return;
	/* the one parenthesis is that of %(action_...)s, the one bracket that
	 * of [mode=...] or of a path's pattern */
	FUZZ_REQUIRE(strpbrk(value, "$`;|&<>\\\"'{}!#") == NULL);
	FUZZ_REQUIRE(strchr(value, '(') == NULL || o->kind == CONF_ACTIONS);
	FUZZ_REQUIRE(strchr(value, '%') == NULL || o->kind == CONF_ACTIONS);
	FUZZ_REQUIRE(o->kind != CONF_PATHS || strstr(value, "/../") == NULL);
}

static void
check_table(const struct conf_text *t, enum conf_dir dir)
{
	static const char *const LOG_DIRS[] = {"/var/log", NULL};
	const struct conf_rules rules = {LOG_DIRS, exists, NULL};
	struct error err = ERROR_INIT;

	if (conf_option_check(t, dir, "x", &rules, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_INVALID && err.n_fields > 0);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct conf_option *o =
		    conf_option_find(t->items[i].name);

		if (o == NULL)
			FUZZ_REQUIRE(strcmp(t->items[i].name, "before") == 0);
		else
			check_harmless(o, t->items[i].value);
	}
}

static void
check_same(const struct conf_text *a, const struct conf_text *b)
{
	FUZZ_REQUIRE(a->n == b->n);
	for (size_t i = 0; i < a->n; i++) {
		FUZZ_REQUIRE(str_eq(a->items[i].section, b->items[i].section));
		FUZZ_REQUIRE(str_eq(a->items[i].name, b->items[i].name));
		FUZZ_REQUIRE(str_eq(a->items[i].value, b->items[i].value));
	}
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;
	AUTO(conf_text_release) struct conf_text again = CONF_TEXT_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	if (conf_text_parse((const char *)data, size, "x", &t, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_INVALID && t.n == 0);
		return 0;
	}
	for (size_t i = 0; i < t.n; i++)
		check_value(t.items[i].value);
	check_table(&t, CONF_JAIL);
	check_table(&t, CONF_FILTER);
	conf_text_write(&t, &text);
	FUZZ_REQUIRE(buf_check(&text, &err) == 0);
	FUZZ_REQUIRE(
	    conf_text_parse(buf_str(&text), text.len, "x", &again, &err) == 0);
	check_same(&t, &again);
	return 1;
}
