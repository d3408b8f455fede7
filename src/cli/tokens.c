/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens for programs, made and ended on the machine itself. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/num.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cli.h"
#include "service/app.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_token.h"
#include "json/write.h"

/* LIMIT_TOKENS rows of at most a name that is all escapes */
enum { TEXT_MAX = 128 * 1024, SCOPES_TEXT = sizeof("read,ban,admin") };

bool
cli_token_scope(struct cli *cli, const char *name)
{
	unsigned bit = auth_scope_parse(name);

	cli->scopes |= bit;
	return bit != 0;
}

/* "90d", "12h", "30m", "never"; NULL is the usual. */
static bool
parse_expiry(const char *text, int64_t *out)
{
	static const struct {
		char letter;
		int64_t seconds;
	} UNITS[] = {
	    {'d', 86400},
            {'h', 3600 },
            {'m', 60   }
        };
	size_t len;
	int64_t n;

	*out = LIMIT_TOKEN_S;
	if (text == NULL)
		return true;
	*out = AUTH_TOKEN_FOREVER;
	if (str_eq(text, "never"))
		return true;
	len = strlen(text);
	for (size_t i = 0; len > 1 && i < ARRAY_LEN(UNITS); i++) {
		if (text[len - 1] != UNITS[i].letter ||
		    !num_parse_i64(text, len - 1, 1,
			LIMIT_TOKEN_S_MAX / UNITS[i].seconds, &n))
			continue;
		*out = n * UNITS[i].seconds;
		return true;
	}
	return false;
}

static void
put_scopes(struct json_out *o, unsigned scopes)
{
	const char *name;

	json_put_array(o, "scopes");
	for (size_t n = 0; (name = auth_scope_name(scopes, n)) != NULL; n++)
		json_put_str(o, NULL, name);
	json_put_close(o);
}

static int
print_token(const struct cli *cli, const struct auth_token_grant *grant)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;
	struct json_out o;
	int rc;

	if (!cli->json) {
		(void)fputs("This is shown once. The program sends it as "
			    "\"Authorization: Bearer ...\".\n",
		    stderr);
		return cli_print(grant->token);
	}
	json_begin(&o, &text);
	json_put_object(&o, NULL);
	json_put_str(&o, "token", grant->token);
	json_put_i64(&o, "id", grant->id);
	json_put_str(&o, "name", cli->operand);
	put_scopes(&o, cli->scopes);
	json_put_time(&o, "expires_at", grant->expires_at);
	json_put_close(&o);
	if (json_end(&o, &err) < 0)
		return cli_fail(&err);
	rc = cli_print(buf_str(&text));
	auth_wipe(text.data, text.len);
	return rc;
}

int
cli_token_create(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct auth_token_req req = {
	    .name = cli->operand,
	    .name_len = strlen(cli->operand),
	    .scopes = cli->scopes,
	};
	struct error err = ERROR_INIT;
	struct auth_token_grant grant;
	int rc;

	if (cli->scopes == 0 ||
	    !parse_expiry(cli->expires, &req.expires_in_s)) {
		(void)fputs(
		    cli->scopes == 0
			? "bangui: say what the token is good for: --scope "
			  "read, ban or admin\nTry --help.\n"
			: "bangui: --expires takes a number and d, h or m, or "
			  "never\nTry --help.\n",
		    stderr);
		return CLI_USAGE;
	}
	rc = cli_open(cli, &app);
	if (rc != CLI_OK)
		return rc;
	if (auth_token_create_local(&app, &req, &grant, &err) < 0)
		return cli_fail(&err);
	rc = print_token(cli, &grant);
	auth_wipe(&grant, sizeof grant);
	return rc;
}

/* The list as it is put together; one of the two. */
struct list_ctx {
	struct json_out *json;
	struct buf *text;
};

static void
row_as_json(struct json_out *o, const struct token_row *row)
{
	char from[ADDR_TEXT_SIZE];

	addr_format(&row->last_used_from, from);
	json_put_object(o, NULL);
	json_put_i64(o, "id", row->id);
	json_put_str(o, "name", row->name);
	put_scopes(o, row->scopes);
	json_put_time(o, "created_at", row->created_at);
	json_put_time(o, "expires_at", row->expires_at);
	json_put_time(o, "last_used_at", row->last_used_at);
	json_put_str(o, "last_used_from", row->last_used_at < 0 ? NULL : from);
	json_put_close(o);
}

static const char *
time_or_never(int64_t t_s, char out[TIME_RFC3339_SIZE])
{
	if (t_s < 0)
		return "never";
	time_format(t_s, out);
	return out;
}

static void
row_as_text(struct buf *b, const struct token_row *row)
{
	char expires[TIME_RFC3339_SIZE], used[TIME_RFC3339_SIZE];
	char from[ADDR_TEXT_SIZE] = "";
	const char *name;

	if (row->last_used_at >= 0)
		addr_format(&row->last_used_from, from);
	buf_addf(b, "%" PRId64 "\t%s\t", row->id, row->name);
	for (size_t n = 0; (name = auth_scope_name(row->scopes, n)) != NULL;
	     n++)
		buf_addf(b, "%s%s", n == 0 ? "" : ",", name);
	buf_addf(b, "\texpires %s\tused %s%s%s\n",
	    time_or_never(row->expires_at, expires),
	    time_or_never(row->last_used_at, used),
	    from[0] == '\0' ? "" : " from ", from);
}

static int
add_row(void *arg, const struct token_row *row, struct error *err)
{
	struct list_ctx *ctx = arg;

	(void)err; /* both latch their failure */
	if (ctx->json != NULL)
		row_as_json(ctx->json, row);
	else
		row_as_text(ctx->text, row);
	return 0;
}

static int
list_as_json(struct app *app, struct buf *text, struct error *err)
{
	struct json_out o;
	struct list_ctx ctx = {.json = &o};

	json_begin(&o, text);
	json_put_array(&o, NULL);
	if (auth_token_list(app, add_row, &ctx, err) < 0)
		return -1;
	json_put_close(&o);
	return json_end(&o, err);
}

int
cli_token_list(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct list_ctx ctx = {.text = &text};
	struct error err = ERROR_INIT;
	int rc = cli_open(cli, &app);

	if (rc != CLI_OK)
		return rc;
	rc = cli->json ? list_as_json(&app, &text, &err)
		       : auth_token_list(&app, add_row, &ctx, &err);
	if (rc < 0 || buf_check(&text, &err) < 0)
		return cli_fail(&err);
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0'; /* cli_print() ends the line */
	return text.len > 0 ? cli_print(buf_str(&text)) : CLI_OK;
}

int
cli_token_revoke(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	int64_t id;
	int rc;

	if (!num_parse_i64(
		cli->operand, strlen(cli->operand), 1, INT64_MAX, &id)) {
		(void)fputs("bangui: give the number that `bangui token "
			    "list` prints\nTry --help.\n",
		    stderr);
		return CLI_USAGE;
	}
	rc = cli_open(cli, &app);
	if (rc != CLI_OK)
		return rc;
	if (auth_token_revoke(&app, id, &err) < 0)
		return cli_fail(&err);
	(void)fputs("Done. It is refused from now on.\n", stderr);
	return CLI_OK;
}
