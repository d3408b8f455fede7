/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program is and how it is set.
 */
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

int
cli_version(struct cli *cli)
{
	return cli_print(cli->json ? "{\"version\":\"" PACKAGE_VERSION "\"}"
				   : PACKAGE_STRING);
}
