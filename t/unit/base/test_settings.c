/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static struct scratch scratch;
static char path[SCRATCH_PATH_SIZE];
static char path_variable[SCRATCH_PATH_SIZE + 16];

static int
set_up(void **state)
{
	(void)state;
	scratch_init(&scratch);
	(void)snprintf(
	    path, sizeof path, "%s", scratch_path(&scratch, "bangui.conf"));
	(void)snprintf(
	    path_variable, sizeof path_variable, "BANGUI_CONFIG=%s", path);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_release(&scratch);
	return 0;
}

static void
write_text(const char *text, size_t len)
{
	scratch_write(&scratch, "bangui.conf", text, len);
}

/* Load with an environment of one variable (NULL: none); the real one, which
 * steers cmocka, comes back. */
static int
load_file(const char *file, const char *variable, struct settings *s,
    struct error *err)
{
	char copy[2048];
	char *env[] = {variable == NULL ? NULL : copy, NULL};
	char **saved = environ;
	int r;

	(void)snprintf(
	    copy, sizeof copy, "%s", variable == NULL ? "" : variable);
	environ = env;
	r = settings_load(s, file, err);
	environ = saved;
	return r;
}

static int
load(const char *text, const char *variable, struct settings *s,
    struct error *err)
{
	write_text(text, strlen(text));
	return load_file(path, variable, s, err);
}

static void
without_file_and_environment_presets_hold(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s = {0};

	(void)state;
	assert_int_equal(load("", NULL, &s, &err), 0);
	/* the compiled-in file may be absent */
	assert_int_equal(load_file(NULL, NULL, &s, &err), 0);
	assert_int_equal(load("", NULL, &s, &err), 0);
	assert_non_null(strstr(s.state_dir, "/lib/bangui"));
	assert_non_null(strstr(s.fail2ban_socket, "bangui/gate.sock"));
	assert_string_equal(s.log, "stderr");
	assert_string_equal(s.log_level, "info");
	assert_int_equal(s.bcrypt_cost, 12);
	assert_false(s.allow_plain_http);
	assert_string_equal(s.allowed_hosts, "");
	assert_int_equal(s.session_hours, 12);
	assert_int_equal(s.session_idle_minutes, 60);
}

static void
a_file_has_comments_blanks_and_trimmed_values(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	assert_int_equal(load("# BANGUI_LOG=syslog\n"
			      "\n"
			      "  \t# more\r\n"
			      "BANGUI_STATE_DIR = /srv/b g=# \r\n"
			      "\tBANGUI_ALLOWED_HOSTS=a.example b.example\n"
			      "BANGUI_ALLOW_PLAIN_HTTP=on\n"
			      "BANGUI_SESSION_HOURS=720",
			     NULL, &s, &err),
	    0);
	assert_string_equal(s.log, "stderr");
	assert_string_equal(s.state_dir, "/srv/b g=#");
	assert_string_equal(s.allowed_hosts, "a.example b.example");
	assert_true(s.allow_plain_http);
	assert_int_equal(s.session_hours, 720);
	assert_int_equal(
	    load("BANGUI_ALLOWED_HOSTS= \t \n \n", NULL, &s, &err), 0);
	assert_string_equal(s.allowed_hosts, "");
}

static void
the_environment_wins_over_the_file(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	assert_int_equal(load("BANGUI_LOG_LEVEL=debug\nBANGUI_BCRYPT_COST=13\n",
			     "BANGUI_BCRYPT_COST=11", &s, &err),
	    0);
	assert_int_equal(s.bcrypt_cost, 11);
	assert_string_equal(s.log_level, "debug");
	/* names of others are none of our business */
	assert_int_equal(load("", "NOT_BANGUI_X=1", &s, &err), 0);
	assert_int_equal(load("", "BANGUI", &s, &err), 0);
}

static void
the_environment_may_name_the_file(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	write_text("BANGUI_LOG=syslog\n", 18);
	assert_int_equal(load_file(NULL, path_variable, &s, &err), 0);
	assert_string_equal(s.log, "syslog");
}

static void
a_file_that_was_named_must_exist(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s = {.bcrypt_cost = 4711};

	(void)state;
	assert_int_equal(load_file("/nonexistent/x.conf", NULL, &s, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(
	    load_file(NULL, "BANGUI_CONFIG=/nonexistent/x.conf", &s, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(
	    load_file(NULL, "BANGUI_CONFIG=/dev/null/x.conf", &s, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(s.bcrypt_cost, 4711);
}

struct bad_row {
	const char *text;     /* of the file */
	const char *variable; /* or of the environment */
	const char *says[4];  /* what the detail must name */
};

static const struct bad_row BAD_ROWS[] = {
    {"BANGUI_BCRYPT_COST=9",                 NULL,
     {"BANGUI_BCRYPT_COST", "line 1 of /", "10", "14"}								  },
    {"\n\nBANGUI_BCRYPT_COST=15",            NULL,                        {"BANGUI_BCRYPT_COST", "line 3 of"}           },
    {"",				     "BANGUI_BCRYPT_COST=twelve",
     {"BANGUI_BCRYPT_COST", "environment", "10", "14"}								  },
    {"",				     "BANGUI_BCRYPT_COST=",       {"BANGUI_BCRYPT_COST", "environment"}         },
    {"BANGUI_SESSION_HOURS=0",               NULL,
     {"BANGUI_SESSION_HOURS", "1 to 720 hours"}									 },
    {"BANGUI_PROXIES=192.0.2.1,192.0.2.2",   NULL,
     {"BANGUI_PROXIES", "addresses and networks"}								       },
    {"BANGUI_PROXIES=192.0.2.1/24",          NULL,                        {"BANGUI_PROXIES"}                            },
    {"BANGUI_PROXIES=proxy.example.org",     NULL,                        {"BANGUI_PROXIES"}                            },
    {"BANGUI_SESSION_HOURS=721",             NULL,                        {"BANGUI_SESSION_HOURS"}                      },
    {"BANGUI_SESSION_IDLE_MINUTES=0",        NULL,
     {"BANGUI_SESSION_IDLE_MINUTES", "1 to 43200 minutes"}							      },
    {"BANGUI_SESSION_IDLE_MINUTES=43201",    NULL,
     {"BANGUI_SESSION_IDLE_MINUTES"}										    },
    {"BANGUI_LOG=file",                      NULL,                        {"BANGUI_LOG", "stderr syslog"}               },
    {"BANGUI_LOG=stderr syslog",             NULL,                        {"BANGUI_LOG"}                                },
    {"BANGUI_LOG=",			  NULL,                        {"BANGUI_LOG"}                                },
    {"",				     "BANGUI_LOG=/tmp/log",       {"BANGUI_LOG", "environment"}                 },
    {"BANGUI_LOG_LEVEL=INFO",                NULL,
     {"BANGUI_LOG_LEVEL", "error warning info debug"}								   },
    {"BANGUI_ALLOW_PLAIN_HTTP=maybe",        NULL,
     {"BANGUI_ALLOW_PLAIN_HTTP", "yes or no"}									   },
    {"BANGUI_ALLOW_PLAIN_HTTP=",             NULL,                        {"BANGUI_ALLOW_PLAIN_HTTP"}                   },
    {"BANGUI_STATE_DIR=",                    NULL,                        {"BANGUI_STATE_DIR", "1 to 400 bytes"}        },
    {"BANGUI_STATE_DIR=/a\x01",              NULL,                        {"BANGUI_STATE_DIR", "control"}               },
    {"BANGUI_STATE_DIR=/a\xff",              NULL,                        {"BANGUI_STATE_DIR", "UTF-8"}                 },
    {"BANGUI_COLOUR=blue",                   NULL,                        {"BANGUI_COLOUR", "line 1 of", "no setting"}  },
    {"",				     "BANGUI_COLOUR=blue",        {"BANGUI_COLOUR", "environment", "no setting"}},
    {"",				     "BANGUI_=1",                 {"BANGUI_ ", "environment"}                   },
    {"",				     "BANGUI_CONFIGS=1",          {"BANGUI_CONFIGS", "no setting"}              },
    {"BANGUI_CONFIG=/x",                     NULL,                        {"BANGUI_CONFIG", "no setting"}               },
    {"bangui_log=stderr",                    NULL,                        {"bangui_log", "no setting"}                  },
    {"=1",				   NULL,			{"line 1 of", "no setting"}                   },
    {"BANGUI_LOG",			   NULL,                        {"line 1 of", "NAME=value"}                   },
    {"BANGUI_LOG=stderr\nBANGUI_LOG=syslog", NULL,
     {"BANGUI_LOG", "line 2 of", "second time"}									 },
};

static void
bad_settings_are_named_with_source_and_what_is_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD_ROWS); i++) {
		const struct bad_row *r = &BAD_ROWS[i];
		struct error err = ERROR_INIT;
		struct settings s = {.bcrypt_cost = 4711};

		if (load(r->text, r->variable, &s, &err) != -1 ||
		    err.code != ERR_INVALID)
			fail_msg("row %zu was taken", i);
		assert_int_equal(s.bcrypt_cost, 4711); /* untouched */
		for (size_t k = 0; k < 4 && r->says[k] != NULL; k++)
			if (strstr(err.detail, r->says[k]) == NULL)
				fail_msg("row %zu: \"%s\" lacks \"%s\"", i,
				    err.detail, r->says[k]);
	}
}

static void
texts_are_taken_up_to_their_last_byte(void **state)
{
	char text[600], name[] = "BANGUI_FAIL2BAN_SOCKET=";
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	memset(text, 'x', sizeof text);
	memcpy(text, name, sizeof name - 1);
	text[sizeof name - 1 + 107] = '\0';
	assert_int_equal(load(text, NULL, &s, &err), 0);
	assert_int_equal(strlen(s.fail2ban_socket), 107);
	text[sizeof name - 1 + 107] = 'x';
	text[sizeof name - 1 + 108] = '\0';
	assert_int_equal(load("", text, &s, &err), -1);
	assert_non_null(strstr(err.detail, "1 to 107 bytes"));
}

static void
nul_bytes_and_huge_files_are_refused(void **state)
{
	static char big[64 * 1024 + 1];
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	write_text("BANGUI_STATE_DIR=/a\0b\n", 22);
	assert_int_equal(load_file(path, NULL, &s, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	memset(big, '\n', sizeof big);
	write_text(big, sizeof big - 1);
	assert_int_equal(load_file(path, NULL, &s, &err), 0);
	write_text(big, sizeof big);
	assert_int_equal(load_file(path, NULL, &s, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

static void
every_row_has_a_help_and_fits_its_place(void **state)
{
	(void)state;
	assert_int_equal(SETTINGS_LEN, 22);
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		const struct setting *st = &SETTINGS[i];

		assert_int_equal(strncmp(st->name, "BANGUI_", 7), 0);
		assert_true(strlen(st->help) > 10);
		assert_int_equal(st->help[strlen(st->help) - 1], '.');
		if (st->type == SETTING_TEXT)
			assert_in_range(st->max, 1, SETTING_TEXT_SIZE - 1);
	}
}

static void
each_value_says_where_it_came_from(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	assert_int_equal(load("BANGUI_LOG=syslog\nBANGUI_LOG_LEVEL=debug\n",
			     "BANGUI_LOG_LEVEL=error", &s, &err),
	    0);
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		enum setting_source want = SETTING_FROM_PRESET;

		if (strcmp(SETTINGS[i].name, "BANGUI_LOG") == 0)
			want = SETTING_FROM_FILE;
		if (strcmp(SETTINGS[i].name, "BANGUI_LOG_LEVEL") == 0)
			want = SETTING_FROM_ENVIRONMENT;
		assert_int_equal(s.source[i], want);
	}
}

static void
a_preset_is_one_even_if_somebody_writes_it_down(void **state)
{
	struct error err = ERROR_INIT;
	struct settings s;

	(void)state;
	assert_int_equal(load("BANGUI_GEOIP_HTTP_URL=http://ip-api.com\n"
			      "BANGUI_SESSION_HOURS=11\n",
			     NULL, &s, &err),
	    0);
	assert_true(settings_is_preset(&s, s.geoip_http_url));
	assert_true(settings_is_preset(&s, &s.session_idle_minutes));
	assert_false(settings_is_preset(&s, &s.session_hours));
	assert_false(settings_is_preset(&s, s.source)); /* no setting */
}

static void
values_as_text_make_the_same_settings_again(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT(10000);
	struct error err = ERROR_INIT;
	struct settings a, b;
	char value[SETTING_TEXT_SIZE];

	(void)state;
	assert_int_equal(load("BANGUI_STATE_DIR=/a b\nBANGUI_LOG=syslog\n"
			      "BANGUI_ALLOW_PLAIN_HTTP=1\n"
			      "BANGUI_SESSION_HOURS=720\n",
			     NULL, &a, &err),
	    0);
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		settings_text(&a, &SETTINGS[i], value);
		buf_addf(&text, "%s=%s\n", SETTINGS[i].name, value);
	}
	assert_int_equal(load(buf_str(&text), NULL, &b, &err), 0);
	assert_non_null(strstr(buf_str(&text), "PLAIN_HTTP=yes\n"));
	memcpy(b.source, a.source, sizeof b.source);
	assert_memory_equal(&a, &b, sizeof a); /* both began as zeros */
}

/* The part of the manual page about one setting. */
static char *
page_part(const char *page, const char *name)
{
	char head[64];
	const char *from;
	const char *to;

	(void)snprintf(head, sizeof head, ".It Ev %s\n", name);
	from = strstr(page, head);
	if (from == NULL) {
		fail_msg("%s is not in the manual page", name);
		return NULL; /* for the compiler: fail_msg() jumps */
	}
	to = strstr(from + 1, "\n.It ");
	if (to == NULL)
		to = strstr(from, "\n.El");
	assert_non_null(to);
	return strndup(from, (size_t)(to - from) + 1);
}

static void
assert_part_says(const char *part, const char *text)
{
	if (strstr(part, text) == NULL)
		fail_msg("the manual page lacks \"%s\" in:\n%s", text, part);
}

static void
assert_part_says_words(const char *part, const char *words)
{
	char text[64];

	while (*words != '\0') {
		int n = (int)strcspn(words, " ");

		(void)snprintf(text, sizeof text, ".Cm %.*s", n, words);
		assert_part_says(part, text);
		words += n + (words[n] == ' ');
	}
}

static void
the_manual_page_names_every_setting_and_what_it_takes(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT(64 * 1024);
	struct error err = ERROR_INIT;
	char file[512], text[128];

	(void)state;
	(void)snprintf(file, sizeof file, "%s/doc/bangui.conf.5",
	    getenv("abs_srcdir") == NULL ? "." : getenv("abs_srcdir"));
	assert_int_equal(file_read(file, &page, &err), 0);
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		const struct setting *st = &SETTINGS[i];
		char *part = page_part(buf_str(&page), st->name);

		if (st->type == SETTING_INT) {
			(void)snprintf(text, sizeof text,
			    "from %lld to %lld%s%s", (long long)st->min,
			    (long long)st->max, st->unit[0] ? " " : "",
			    st->unit);
			assert_part_says(part, text);
			(void)snprintf(
			    text, sizeof text, "default is %s.\n", st->preset);
		} else if (st->type == SETTING_BOOL) {
			(void)snprintf(text, sizeof text,
			    "default is\n.Cm %s .\n", st->preset);
		} else if (st->type == SETTING_WORD) {
			(void)snprintf(text, sizeof text,
			    ".Cm %s ,\nthe default", st->preset);
		} else {
			(void)snprintf(text, sizeof text, "default");
		}
		assert_part_says(part, text);
		assert_part_says_words(part, st->words);
		free(part);
	}
}

static int
load_it(void *arg, struct error *err)
{
	struct settings s = {.bcrypt_cost = 4711};
	int r = load_file(path, NULL, &s, err);

	(void)arg;
	assert_int_equal(s.bcrypt_cost, r == 0 ? 14 : 4711);
	return r;
}

static void
loading_survives_every_failing_allocation(void **state)
{
	(void)state;
	write_text("BANGUI_BCRYPT_COST=14\n", 22);
	assert_in_range(torture_run(load_it, NULL), 1, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_file_and_environment_presets_hold),
	    cmocka_unit_test(a_file_has_comments_blanks_and_trimmed_values),
	    cmocka_unit_test(the_environment_wins_over_the_file),
	    cmocka_unit_test(the_environment_may_name_the_file),
	    cmocka_unit_test(a_file_that_was_named_must_exist),
	    cmocka_unit_test(
		bad_settings_are_named_with_source_and_what_is_accepted),
	    cmocka_unit_test(texts_are_taken_up_to_their_last_byte),
	    cmocka_unit_test(nul_bytes_and_huge_files_are_refused),
	    cmocka_unit_test(every_row_has_a_help_and_fits_its_place),
	    cmocka_unit_test(each_value_says_where_it_came_from),
	    cmocka_unit_test(a_preset_is_one_even_if_somebody_writes_it_down),
	    cmocka_unit_test(values_as_text_make_the_same_settings_again),
	    cmocka_unit_test(
		the_manual_page_names_every_setting_and_what_it_takes),
	    cmocka_unit_test(loading_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
