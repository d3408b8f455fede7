/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A look at a blocklist, before anything is banned by it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/own_addr.h"
#include "base/owner.h"
#include "base/str.h"
#include "cli/cli.h"
#include "jobs/list_load.h"
#include "json/write.h"

enum { SHOWN = 10, TEXT_MAX = 64 * 1024 };

/* Networks among the items. */
static int64_t
n_networks(const struct list *list)
{
	int64_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += addr_is_net(&list->items[i]);
	return n;
}

/* What is told, in its order. */
static const struct figure {
	const char *name;
	size_t at; /* in struct list_counts */
} FIGURES[] = {
    {"lines",      offsetof(struct list_counts, lines)     },
    {"entries",    offsetof(struct list_counts, entries)   },
    {"taken",      offsetof(struct list_counts, taken)     },
    {"special",    offsetof(struct list_counts, special)   },
    {"own",        offsetof(struct list_counts, own)       },
    {"too_wide",   offsetof(struct list_counts, too_wide)  },
    {"invalid",    offsetof(struct list_counts, invalid)   },
    {"duplicates", offsetof(struct list_counts, duplicates)},
};

static int64_t
figure_of(const struct list *list, const struct figure *f)
{
	int64_t v;

	memcpy(&v, (const char *)&list->counts + f->at, sizeof v);
	return v;
}

static void
put_text(struct buf *b, const struct list *list)
{
	char ip[ADDR_TEXT_SIZE];

	buf_addf(b, "format\t%s\n", list_format_name(list->format));
	for (size_t i = 0; i < ARRAY_LEN(FIGURES); i++)
		buf_addf(b, "%s\t%" PRId64 "\n", FIGURES[i].name,
		    figure_of(list, &FIGURES[i]));
	buf_addf(
	    b, "bans\t%zu\nnetworks\t%" PRId64 "\n", list->n, n_networks(list));
	for (size_t i = 0; i < list->n && i < SHOWN; i++) {
		addr_format(&list->items[i], ip);
		buf_addf(b, "first\t%s\n", ip);
	}
	for (size_t i = 0; i < list->n_faults; i++)
		buf_addf(b, "fault\tline %" PRId64 ": %s\n",
		    list->faults[i].line, list->faults[i].text);
}

static void
put_faults(struct json_out *o, const struct list *list)
{
	json_put_array(o, "faults");
	for (size_t i = 0; i < list->n_faults; i++) {
		json_put_object(o, NULL);
		json_put_i64(o, "line", list->faults[i].line);
		json_put_str(o, "text", list->faults[i].text);
		json_put_close(o);
	}
	json_put_close(o);
}

static int
put_json(struct buf *b, const struct list *list, struct error *err)
{
	struct json_out o;
	char ip[ADDR_TEXT_SIZE];

	json_begin(&o, b);
	json_put_object(&o, NULL);
	json_put_str(&o, "format", list_format_name(list->format));
	for (size_t i = 0; i < ARRAY_LEN(FIGURES); i++)
		json_put_i64(&o, FIGURES[i].name, figure_of(list, &FIGURES[i]));
	json_put_i64(&o, "bans", (int64_t)list->n);
	json_put_i64(&o, "networks", n_networks(list));
	json_put_array(&o, "first");
	for (size_t i = 0; i < list->n && i < SHOWN; i++) {
		addr_format(&list->items[i], ip);
		json_put_str(&o, NULL, ip);
	}
	json_put_close(&o);
	put_faults(&o, list);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
print(const struct cli *cli, const struct list *list, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);

	if (!cli->json)
		put_text(&text, list);
	else if (put_json(&text, list, err) < 0)
		return cli_fail(err);
	if (buf_check(&text, err) < 0)
		return cli_fail(err);
	if (!cli->json)
		text.data[text.len - 1] = '\0'; /* cli_print() ends the line */
	return cli_print(buf_str(&text));
}

/* 0, or CLI_USAGE after a word on it. */
static int
how_read(const struct cli *cli, struct list_how *out)
{
	int64_t column = 0;
	const char *wrong = NULL;

	if (cli->format != NULL &&
	    !list_format_parse(cli->format, &out->format))
		wrong = "no such format, there are auto, plain, csv, json and "
			"ipset";
	else if (cli->column != NULL &&
		 !num_parse_i64(cli->column, strlen(cli->column), 1,
		     LIMIT_LIST_COLUMN, &column))
		wrong = "a column is a number from 1 to 100";
	else if (cli->column != NULL && out->format != LIST_CSV)
		wrong = "--column goes with --format csv";
	else if (cli->field != NULL &&
		 (out->format != LIST_JSON ||
		     strlen(cli->field) > LIMIT_LIST_FIELD))
		wrong = "--field goes with --format json, and is short";
	if (wrong != NULL) {
		(void)fprintf(stderr, "bangui: %s\n", wrong);
		return CLI_USAGE;
	}
	out->column = (unsigned)column;
	out->field = cli->field;
	return CLI_OK;
}

int
cli_blocklist(struct cli *cli)
{
	AUTO(own_addrs_release) struct own_addrs own = {0};
	AUTO(list_release) struct list list = {0};
	struct list_source from = {
	    .url = str_eq(cli->operand, "-") ? NULL : cli->operand,
	    .fd = STDIN_FILENO,
	    .may_be_private = cli->settings.blocklist_private,
	    .own = &own,
	};
	struct error err = ERROR_INIT;
	int rc = how_read(cli, &from.how);

	if (rc != CLI_OK)
		return rc;
	/* what a stranger wrote is not read as root */
	if (owner_become(cli->settings.state_dir, &err) < 0)
		return cli_fail(&err);
	(void)own_addrs_get(&own); /* without it loopback is what is known */
	if (list_load(&from, &list, &err) < 0)
		return cli_fail(&err);
	return print(cli, &list, &err);
}
