/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/options.h"

#include <getopt.h>
#include <string.h>

#include "base/macros.h"
#include "t/lib/unit.h"

enum { WORDS_MAX = 8 };

static const struct option TABLE[] = {
    {"file",    required_argument, NULL, 'f'            },
    {"help",    no_argument,       NULL, OPTIONS_HELP   },
    {"version", no_argument,       NULL, OPTIONS_VERSION},
    {NULL,      0,		 NULL, 0              },
};

struct taken {
	const char *file;
	int n;
};

static int take(void *ctx, int opt);

static const struct options OPTIONS = {
    "program", "usage: program\n", TABLE, take};

static int
take(void *ctx, int opt)
{
	struct taken *t = ctx;

	t->n++;
	if (opt != 'f')
		return options_common(&OPTIONS, opt);
	if (strcmp(optarg, "bad") == 0)
		return 1 + options_wrong(&OPTIONS, "no such file: ", optarg);
	t->file = optarg;
	return 0;
}

/* Words parted by blanks, read into t. */
static int
read_line(const char *line, struct taken *t)
{
	static char text[128];
	char *words[WORDS_MAX + 1] = {0}, *rest = text;
	int n = 0;

	assert_in_range(strlen(line), 1, sizeof text - 1);
	memcpy(text, line, strlen(line) + 1);
	while (n < WORDS_MAX && (words[n] = strsep(&rest, " ")) != NULL)
		n++;
	*t = (struct taken){.n = 0};
	optind = 0; /* getopt_long() begins anew */
	return options_read(&OPTIONS, n, words, t);
}

static void
each_option_is_taken_and_words_are_left(void **state)
{
	struct taken t;

	(void)state;
	assert_int_equal(read_line("program --file a word", &t), 0);
	assert_string_equal(t.file, "a");
	assert_int_equal(optind, 3);
	assert_int_equal(read_line("program", &t), 0);
	assert_int_equal(t.n, 0);
	assert_int_equal(optind, 1);
}

static void
the_first_that_ends_the_program_is_the_last_taken(void **state)
{
	struct taken t;

	(void)state;
	assert_int_equal(read_line("program --help --file a", &t), 1);
	assert_int_equal(t.n, 1);
	assert_null(t.file);
	assert_int_equal(read_line("program --version --file a", &t), 1);
	assert_int_equal(t.n, 1);
	assert_int_equal(read_line("program --file bad --file a", &t),
	    1 + OPTIONS_EXIT_USAGE);
	assert_int_equal(t.n, 1);
}

static void
what_is_unknown_or_lacks_its_value_is_wrong(void **state)
{
	static const char *const LINES[] = {"program --unknown",
	    "program --file", "program -f", "program --help=me"};
	struct taken t;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(LINES); i++)
		assert_int_equal(
		    read_line(LINES[i], &t), 1 + OPTIONS_EXIT_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_option_is_taken_and_words_are_left),
	    cmocka_unit_test(the_first_that_ends_the_program_is_the_last_taken),
	    cmocka_unit_test(what_is_unknown_or_lacks_its_value_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
