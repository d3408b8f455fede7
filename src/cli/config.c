/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program is and how it is set.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "cli/cli.h"
#include "json/write.h"

enum { TEXT_MAX = 64 * 1024 }; /* bytes: every setting with its help */

static const char *const SOURCES[] = {
    [SETTING_FROM_PRESET] = "default",
    [SETTING_FROM_FILE] = "file",
    [SETTING_FROM_ENVIRONMENT] = "environment",
};
_Static_assert(
    ARRAY_LEN(SOURCES) == SETTING_FROM__MAX, "every source has a name");

static void
show_text(const struct settings *s, struct buf *to)
{
	char value[SETTING_TEXT_SIZE];
	size_t i;

	for (i = 0; i < SETTINGS_LEN; i++) {
		settings_text(s, &SETTINGS[i], value);
		buf_addf(to, "%s# %s (%s)\n%s=%s\n", i > 0 ? "\n" : "",
		    SETTINGS[i].help, SOURCES[s->source[i]], SETTINGS[i].name,
		    value);
	}
}

static int
show_json(const struct settings *s, struct buf *to, struct error *err)
{
	struct json_out out;
	char value[SETTING_TEXT_SIZE];
	size_t i;

	json_begin(&out, to);
	json_put_array(&out, NULL);
	for (i = 0; i < SETTINGS_LEN; i++) {
		settings_text(s, &SETTINGS[i], value);
		json_put_object(&out, NULL);
		json_put_str(&out, "name", SETTINGS[i].name);
		json_put_str(&out, "value", value);
		json_put_str(&out, "default", SETTINGS[i].preset);
		json_put_str(&out, "unit", SETTINGS[i].unit);
		json_put_str(&out, "source", SOURCES[s->source[i]]);
		json_put_str(&out, "help", SETTINGS[i].help);
		json_put_close(&out);
	}
	json_put_close(&out);
	if (json_end(&out, err) < 0)
		return -1;
	buf_add_char(to, '\n');
	return 0;
}

int
cli_config_show(struct cli *cli)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	if (cli->json && show_json(&cli->settings, &text, &err) < 0)
		return cli_fail(&err);
	if (!cli->json)
		show_text(&cli->settings, &text);
	if (buf_check(&text, &err) < 0)
		return cli_fail(&err);
	text.data[text.len - 1] = '\0'; /* cli_print() ends the line */
	return cli_print(buf_str(&text));
}

/* What a value may be, as a comment. */
static void
add_accepted(const struct setting *st, struct buf *to)
{
	const char *unit = st->unit[0] == '\0' ? "" : " ";

	switch (st->type) {
	case SETTING_INT:
		buf_addf(to, "# From %" PRId64 " to %" PRId64 "%s%s.\n",
		    st->min, st->max, unit, st->unit);
		return;
	case SETTING_BOOL:
		buf_addf(to, "%s", "# yes or no.\n");
		return;
	case SETTING_WORD:
		buf_addf(to, "# One of: %s.\n", st->words);
		return;
	case SETTING_NETS:
		buf_addf(to, "%s",
		    "# Addresses and networks with spaces between; may be "
		    "empty.\n");
		return;
	case SETTING_TEXT:
		if (st->min == 0)
			buf_addf(to, "%s", "# May be empty.\n");
	}
}

static const char TEMPLATE_HEAD[] =
    "# Settings of BanGUI: NAME=value, without quotes. See bangui.conf(5).\n"
    "#\n"
    "# Every setting stands here as a comment with its default. The\n"
    "# environment wins over this file. A name that is unknown and a value\n"
    "# that is not accepted are errors: BanGUI then does not start, and says\n"
    "# which line it is. `bangui config show` prints what is in force.\n"
    "#\n"
    "# After a change: systemctl reload bangui-fcgi, and restart\n"
    "# bangui-jobs.\n";

int
cli_config_template(struct cli *cli)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	(void)cli; /* what is set here is not asked for */
	buf_addf(&text, "%s", TEMPLATE_HEAD);
	for (size_t i = 0; i < SETTINGS_LEN; i++) {
		buf_addf(&text, "\n# %s\n", SETTINGS[i].help);
		add_accepted(&SETTINGS[i], &text);
		buf_addf(
		    &text, "#%s=%s\n", SETTINGS[i].name, SETTINGS[i].preset);
	}
	if (buf_check(&text, &err) < 0)
		return cli_fail(&err);
	text.data[text.len - 1] = '\0'; /* cli_print() ends the line */
	return cli_print(buf_str(&text));
}

int
cli_version(struct cli *cli)
{
	return cli_print(cli->json ? "{\"version\":\"" PACKAGE_VERSION "\"}"
				   : PACKAGE_STRING);
}
